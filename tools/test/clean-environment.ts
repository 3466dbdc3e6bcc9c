import { ENABLED_PROVIDERS } from '../../functions/src/providers/enabled.ts';

/** Overrides under which a developer's own keys and settings reach no test. */
export function cleanEnvironment(): Record<string, string> {
  const settings = [
    'CLIENT_TOKEN_SECRET',
    'CORS_ORIGINS',
    'WEB_API_KEY',
    'REQUEST_DEADLINE_SECONDS',
    'MODEL_ALIASES',
    'UPSTREAM_ATTEMPTS',
    'CIRCUIT_BREAKER_FAILURES',
    'TRUSTED_PROXY_HOPS',
    'BCRYPT_COST',
  ];
  const keys = ENABLED_PROVIDERS.flatMap((id) => {
    const prefix = id.toUpperCase().replaceAll('-', '_');
    return [`${prefix}_API_KEY`, `${prefix}_BASE_URL`];
  });
  return {
    FIREGATE_ENV_FILES: 'none',
    ...Object.fromEntries([...settings, ...keys].map((name) => [name, ''])),
  };
}
