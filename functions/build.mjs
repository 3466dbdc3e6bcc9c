// Bundles functions/src/index.ts into lib/ (ES modules, lazy chunks), which is what `firebase deploy` uploads.
//   node build.mjs [--outdir <folder>]
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { outdir: { type: 'string', default: join(here, 'lib') } } });
const outdir = resolve(values.outdir);

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ['src/index.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Beside index.js, so that what looks for a file beside itself finds it from every chunk.
  chunkNames: '[name]-[hash]',
  sourcemap: true,
  sourcesContent: false,
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Native addons: they stay in node_modules.
  external: ['bcrypt', 'sharp'],
  // CommonJS dependencies inside an ES module still call require() for Node's own modules, and look for files
  // beside themselves. Each chunk gets its own, so the names must not clash with the dependencies' own.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { dirname as __pathDirname } from 'node:path';",
      "import { fileURLToPath as __toPath } from 'node:url';",
      'const require = __createRequire(import.meta.url);',
      'const __filename = __toPath(import.meta.url);',
      'const __dirname = __pathDirname(__filename);',
    ].join(' '),
  },
});

// The API's docs page, served from this deployment's own files.
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js'])
  cpSync(join(swagger, file), join(outdir, 'docs', file));
cpSync(join(here, 'src/http/docs'), join(outdir, 'docs'), { recursive: true });
