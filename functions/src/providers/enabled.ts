/**
 * The providers that this deployment uses. Each has its `<provider>Generate` function and its API key secret and
 * is `configured: true`. It is committed because function discovery can't read `.env`, and because one secret
 * that was never set blocks a whole deploy.
 */
export const ENABLED_PROVIDERS = ['openai', 'anthropic', 'gemini'] as const;

export type EnabledProvider = (typeof ENABLED_PROVIDERS)[number];
