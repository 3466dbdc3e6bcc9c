/**
 * Writes table.json from the pinned @pydantic/genai-prices. Run it after a change of that version or of a
 * catalogue; a test fails until then:
 *
 *   node functions/src/providers/prices/generate.ts
 */
import { writeFileSync } from 'node:fs';
import { KNOWN_PROVIDERS } from '../registry.ts';
import { buildPriceTable } from './build.ts';
import { installedVersion } from './installed-version.ts';

const table = buildPriceTable(Object.values(KNOWN_PROVIDERS), installedVersion());
writeFileSync(new URL('./table.json', import.meta.url), `${JSON.stringify(table, null, 2)}\n`);
