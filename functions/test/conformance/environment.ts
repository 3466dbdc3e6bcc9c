// @ai-sdk/openai and @ai-sdk/anthropic read these when they are imported, and refuse the empty ones that the tests have.
for (const name of ['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL']) {
  if (process.env[name] === '') delete process.env[name];
}
