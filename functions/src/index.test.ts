import { beforeAll, expect, it } from 'vitest';
import { ENABLED_PROVIDERS } from './providers/enabled.ts';

let exported: Record<string, unknown>;
beforeAll(async () => {
  // As for discovery: nothing is configured.
  process.env['FUNCTIONS_MANIFEST_OUTPUT_PATH'] = 'functions.yaml';
  exported = await import('./index.ts');
});

it('each enabled provider has its function, and no other has', () => {
  const generates = Object.keys(exported).filter((name) => name.endsWith('Generate'));
  expect(generates.sort()).toEqual(ENABLED_PROVIDERS.map((id) => `${id}Generate`).sort());
});
