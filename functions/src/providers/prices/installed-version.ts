import { readFileSync } from 'node:fs';

/** The version of @pydantic/genai-prices that is installed. */
export function installedVersion(): string {
  // The package exports no package.json; its entry point lies one folder below it.
  const manifest = new URL('../package.json', import.meta.resolve('@pydantic/genai-prices'));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
