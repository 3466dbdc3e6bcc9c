/** `openai`, `API_KEY` -> `OPENAI_API_KEY`. */
export function envName(providerId: string, suffix: 'API_KEY' | 'BASE_URL' | 'MODELS'): string {
  return `${providerId.toUpperCase().replaceAll('-', '_')}_${suffix}`;
}
