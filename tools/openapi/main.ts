// npm run openapi: writes functions/openapi.json from the routes' schemas and the client's types from that.
// npm run openapi -- --check: says what differs from the committed files and fails.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeApi } from '../../functions/src/app.ts';
import { readConfig } from '../../functions/src/config.ts';
import { createDeps } from '../../functions/src/deps.ts';
import { functionsDir, hostingDir, root } from '../lib/paths.ts';
import { print, runMain, UserError } from '../lib/say.ts';

const documentFile = join(functionsDir, 'openapi.json');
const typesFile = join(hostingDir, 'src/lib/api/schema.d.ts');

/** The document depends on the routes alone; the secret only lets the configuration pass. */
function generateDocument(): string {
  const deps = createDeps(readConfig({ CLIENT_TOKEN_SECRET: 'x'.repeat(32) }));
  return `${JSON.stringify(describeApi(deps), null, 2)}\n`;
}

function generateTypes(document: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'firegate-openapi-'));
  try {
    const [input, output] = [join(directory, 'openapi.json'), join(directory, 'schema.d.ts')];
    writeFileSync(input, document);
    // Its own workspace: it needs the API of TypeScript 5.
    const cli = join(root, 'tools/openapi-types/node_modules/openapi-typescript/bin/cli.js');
    execFileSync(process.execPath, [cli, input, '--output', output], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readFileSync(output, 'utf8');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await runMain(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const document = generateDocument();
  const files = [
    [documentFile, document],
    [typesFile, generateTypes(document)],
  ] as const;
  for (const [file, content] of files) {
    if (!values.check) {
      writeFileSync(file, content);
      print(`Wrote ${file.slice(root.length + 1)}.`);
    } else if (readFileSync(file, 'utf8') !== content) {
      throw new UserError(`${file.slice(root.length + 1)} is not what the routes say: run npm run openapi.`);
    }
  }
  // The registry's timers and the SDKs' agents must not keep the command alive.
  process.exit(0);
});
