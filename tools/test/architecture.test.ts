import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../lib/paths.ts';

// Biome holds the direction http -> services -> {domain, store, providers}. This feeds it imports that go the wrong
// way, with this checkout's own configuration.
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'firegate-architecture-'));
  copyFileSync(join(root, 'biome.json'), join(project, 'biome.json'));
  writeFileSync(join(project, '.gitignore'), '');
  execFileSync('git', ['init', '-q'], { cwd: project });
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

interface Problem {
  file: string;
  rule: string;
}

/** Lints the files of a small project. */
function lint(files: Record<string, string>): Problem[] {
  rmSync(join(project, 'functions'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'functions'],
    { cwd: project, encoding: 'utf8' },
  );
  const report = JSON.parse(stdout || stderr) as {
    diagnostics: { category: string; severity: string; location: { path: string | { file: string } } }[];
  };
  return report.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ category, location: { path } }) => ({
      file: typeof path === 'string' ? path : path.file,
      rule: category,
    }));
}

const use = (specifier: string) => `import { thing } from '${specifier}';\nexport const other = thing;\n`;

const wrong = [
  ['domain/', '../http/listener.ts'],
  ['domain/', '../http/routes/auth/login.ts'],
  ['domain/', '../services/usage.ts'],
  ['domain/', '../store/users.ts'],
  ['domain/', '../providers/contract.ts'],
  ['domain/', '../config.ts'],
  ['domain/', '../deps.ts'],
  ['domain/deep/', '../../app.ts'],
  ['domain/', 'firebase-admin/auth'],
  ['domain/', 'firebase-functions'],
  ['domain/', '@google-cloud/firestore'],
  ['domain/', 'hono'],
  ['domain/', 'openai'],
  ['store/', '../http/schemas.ts'],
  ['store/', '../services/usage.ts'],
  ['store/', '../deps.ts'],
  ['providers/openai/', '../../services/ledger/contract.ts'],
  ['providers/openai/', '../../http/errors.ts'],
  ['services/', '../http/errors.ts'],
  ['services/ledger/', '../../http/env.ts'],
  ['services/', '../deps.ts'],
  ['services/', '../app.ts'],
  ['services/', 'hono'],
  ['services/', '@hono/zod-openapi'],
].map(([folder, specifier], index) => ({
  file: `functions/src/${folder}case-${index}.ts`,
  specifier: specifier as string,
}));

describe('the direction of imports', () => {
  let problems: Problem[];
  beforeAll(() => {
    problems = lint(Object.fromEntries(wrong.map(({ file, specifier }) => [file, use(specifier)])));
  });

  it.each(wrong)('$file may not import $specifier', ({ file }) => {
    expect(problems).toContainEqual({ file, rule: 'lint/style/noRestrictedImports' });
  });
});

it('allows the directions that are meant', () => {
  const files = {
    'functions/src/http/a.ts': use('../services/b.ts'),
    'functions/src/http/c.ts': use('hono'),
    'functions/src/services/b.ts': use('../domain/d.ts'),
    'functions/src/services/e.ts': use('../store/f.ts'),
    'functions/src/services/g.ts': use('../providers/contract.ts'),
    'functions/src/store/f.ts': use('../domain/d.ts'),
    'functions/src/providers/contract.ts': use('../domain/d.ts'),
    'functions/src/domain/d.ts': 'export const thing = 1;\n',
  };
  expect(lint(files)).toEqual([]);
});

it('finds a cycle of imports', () => {
  const files = {
    'functions/src/services/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
    'functions/src/services/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
  };
  expect(lint(files).map(({ rule }) => rule)).toContain('lint/suspicious/noImportCycles');
});
