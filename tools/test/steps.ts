import { join } from 'node:path';
import { cacheDir, root } from '../lib/paths.ts';
import { freePort } from '../lib/ports.ts';
import { host } from '../lib/project.ts';
import { startSandbox } from '../lib/sandbox.ts';
import { provideChromium } from './chromium.ts';
import { provideFfmpeg } from './ffmpeg.ts';
import { add, nothing, type Outcome, oneFailure } from './outcome.ts';
import { check, playwright, runScript, type Sink, vitest } from './run-command.ts';
import { createSystemPlace, launchSystem, untilReady } from './system.ts';

/** The parts of `npm test`, by the names that it takes as arguments. */
export const steps = {
  types: { title: 'Types (tsc, strict)', run: types },
  lint: {
    title: 'Lint, format and import directions (biome)',
    run: (sink: Sink) => check('biome', ['ci', '--max-diagnostics=50'], sink),
  },
  openapi: {
    title: 'functions/openapi.json and the client’s types are current',
    run: async (sink: Sink) =>
      (await runScript(join(root, 'tools/openapi/main.ts'), ['--check'], sink)) === 0 ? nothing : oneFailure,
  },
  unit: { title: 'Unit tests', run: withFfmpeg((sink) => vitest('unit', sink)) },
  deploy: { title: 'What would be deployed, installed alone', run: (sink: Sink) => vitest('deploy', sink) },
  integration: {
    title: 'Integration tests (emulators, one instance of the functions)',
    run: withFfmpeg((sink) => vitest('integration', sink)),
  },
  system: { title: 'npm start, for real', run: (sink: Sink) => vitest('system', sink) },
  browser: { title: 'Browser tests (Chromium, on npm start)', run: withFfmpeg(browser) },
} as const satisfies Record<string, { title: string; run: (sink: Sink) => Promise<Outcome> }>;

export type StepName = keyof typeof steps;

export function isStepName(name: string): name is StepName {
  return Object.hasOwn(steps, name);
}

/** A part whose tests make videos, or have them made. */
function withFfmpeg(run: (sink: Sink) => Promise<Outcome>): (sink: Sink) => Promise<Outcome> {
  return async (sink) => {
    provideFfmpeg();
    return run(sink);
  };
}

/** Each part of the code with the libraries that it runs on. */
async function types(sink: Sink): Promise<Outcome> {
  const outcomes = await Promise.all(
    ['functions', 'tools', 'hosting'].map((part) => check('tsc', ['-p', part], sink)),
  );
  return outcomes.reduce(add);
}

async function browser(sink: Sink): Promise<Outcome> {
  const chromium = provideChromium();
  const sandboxPort = await freePort();
  const sandbox = await startSandbox({
    port: sandboxPort,
    logFile: join(cacheDir, 'logs/test/browser-sandbox.log'),
  });
  const place = await createSystemPlace('browser', `http://${host}:${sandboxPort}`);
  const system = launchSystem(place);
  try {
    await untilReady(system);
    return await playwright(
      join(place.stateDir, 'results'),
      {
        CHROMIUM_PATH: chromium,
        FIREGATE_URL: `http://${host}:${place.ports.hosting}`,
        FIREGATE_AUTH_URL: `http://${host}:${place.ports.auth}`,
        FIREGATE_SANDBOX_URL: place.sandboxUrl,
      },
      sink,
    );
  } finally {
    await system.managed.stop(15_000);
    await sandbox.stop();
  }
}
