import { join, relative } from 'node:path';
import { root, stateDir } from '../lib/paths.ts';
import { host, projectId } from '../lib/project.ts';
import { curlCommand, demoAccount } from './demo.ts';

/** What a person wants to know once everything runs. */
export function summary(facts: {
  ports: { hosting: number; auth: number };
  functions: string;
  sandboxed: string[];
  models: { provider: string; model: string }[];
  startedIn: string;
}): string {
  const page = `http://${host}:${facts.ports.hosting}`;
  const model = facts.models[0]?.model ?? '';
  return [
    '',
    `Firegate is ready (${facts.startedIn}).`,
    `  Page        ${page}`,
    `  API         ${page}/api/v1 (described at ${page}/api/docs)`,
    `  Functions   ${facts.functions}/<function>`,
    facts.sandboxed.length > 0
      ? `  Sandbox     answers for ${facts.sandboxed.join(', ')}: set ${facts.sandboxed.map(keyName).join(', ')} for the real models`
      : '  Sandbox     not needed: every provider has a key',
    `  Account     ${demoAccount.email}, password ${demoAccount.password} (or sign up on the page)`,
    `  Mails       links to verify and to reset appear here, and at http://${host}:${facts.ports.auth}/emulator/v1/projects/${projectId()}/oobCodes`,
    `  Logs        ${relative(root, join(stateDir, 'logs/start'))}`,
    '',
    'Stream an answer:',
    '',
    curlCommand(facts.functions, model),
    '',
    'Ctrl-C stops everything and keeps the data.',
  ].join('\n');
}

function keyName(provider: string): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`;
}
