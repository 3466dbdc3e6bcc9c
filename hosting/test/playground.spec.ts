import { column, expect, figure, openModels, prompt, run, signedIn as test } from './support/fixtures.ts';

const OPENAI = 'gpt-6-luna';
const ANTHROPIC = 'claude-sonnet-5';
const GEMINI = 'gemini-3.8-flash';

test('a new person gets a streamed answer from each provider, with its figures', async ({ page }) => {
  await openModels(page, OPENAI, ANTHROPIC);
  await page.getByRole('combobox', { name: 'Add model' }).click();
  await page.getByPlaceholder('Search models').fill('gemini');
  await page.getByRole('option', { name: GEMINI }).click();
  await run(page, 'What is a token bucket? [[sandbox: tokens=300 delay=40]]');
  await expect(page.getByRole('button', { name: /^Stop/ })).toBeVisible();
  await expect(figure(column(page, 0), 'State')).toHaveText('Streaming');
  await expect(figure(column(page, 1), 'State')).toHaveText('Streaming');
  await expect(figure(column(page, 2), 'State')).toHaveText('Streaming');
  for (const [index, model] of [OPENAI, ANTHROPIC, GEMINI].entries()) {
    const answer = column(page, index);
    await expect(figure(answer, 'State')).toHaveText('Done');
    await expect(answer.getByRole('log')).toContainText('Firegate sandbox');
    await expect(answer.getByRole('log').locator('strong').first()).toHaveText('Firegate sandbox');
    await expect(figure(answer, 'First token')).toHaveText(/^\d+(\.\d+)? m?s$/);
    await expect(figure(answer, 'Total')).toHaveText(/^\d+(\.\d+)? m?s$/);
    await expect(figure(answer, 'Tokens')).toHaveText(/^\d+ → \d+$/);
    await expect(figure(answer, 'Cost')).toHaveText(/^\$0\.\d{2,9}$/);
    await expect(figure(answer, 'Finish')).toHaveText('stop');
    await expect(figure(answer, 'Model')).toHaveText(model);
    await expect(figure(answer, 'Request')).toHaveText(/^req_/);
  }
  await expect(page.getByRole('button', { name: /^Run/ })).toBeVisible();
});

test('the answers go to the functions directly, with a client token and no other credential', async ({
  page,
}) => {
  const calls: { url: string; authorization: string | undefined }[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && /Generate$/.test(request.url())) {
      calls.push({ url: request.url(), authorization: request.headers()['authorization'] });
    }
  });
  const config = await (await page.request.get('/api/v1/client-config')).json();
  await openModels(page, OPENAI);
  await run(page, 'Hello');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  expect(calls).toHaveLength(1);
  expect(calls[0]?.url).toBe(`${config.functionsBaseUrl}/openaiGenerate`);
  const [, payload = ''] = calls[0]?.authorization?.split('.') ?? [];
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ aud: expect.anything() });
  expect(calls[0]?.authorization).toMatch(/^Bearer ey/);
});

test('the sandbox is said plainly', async ({ page }) => {
  await openModels(page, OPENAI);
  await expect(page.getByText('Sandbox: no provider key is set; answers are made up locally.')).toBeVisible();
  await expect(column(page).getByText('sandbox', { exact: true })).toBeVisible();
});

test('stopping in the middle keeps what arrived', async ({ page }) => {
  await openModels(page, OPENAI);
  await run(page, 'Go on for long. [[sandbox: tokens=2000 delay=50]]');
  await expect(column(page).getByRole('log')).toContainText('Firegate sandbox');
  await page.getByRole('button', { name: /^Stop/ }).click();
  await expect(figure(column(page), 'State')).toHaveText('Stopped');
  const kept = await column(page).getByRole('log').innerText();
  await page.waitForTimeout(400);
  expect(await column(page).getByRole('log').innerText()).toBe(kept);
  await expect(page.getByRole('button', { name: /^Run/ })).toBeEnabled();
});

test('columns are added, changed and closed, and live in the URL', async ({ page }) => {
  await openModels(page, OPENAI);
  await page.getByRole('combobox', { name: 'Add model' }).click();
  await page.getByPlaceholder('Search models').fill('claude-sonnet');
  await page.getByRole('option', { name: ANTHROPIC }).click();
  await expect(page).toHaveURL(new RegExp(`m=${OPENAI}&m=${ANTHROPIC}`));
  await page.getByRole('combobox', { name: `Model: ${OPENAI}` }).click();
  await page.getByPlaceholder('Search models').fill('gpt-6-sol');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`m=gpt-6-sol&m=${ANTHROPIC}`));
  await page.getByRole('button', { name: 'Remove gpt-6-sol' }).click();
  await expect(page.getByTestId('column')).toHaveCount(1);
  await page.goBack();
  await expect(page.getByTestId('column')).toHaveCount(2);
  await page.reload();
  await expect(page.getByTestId('column')).toHaveCount(2);
  await openModels(page, OPENAI, ANTHROPIC, OPENAI, 'gpt-6-sol');
  await expect(page.getByRole('combobox', { name: 'Add model' })).toHaveCount(0);
});

test('parameters reach the model, and what it refuses is named', async ({ page }) => {
  const bodies: unknown[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && /Generate$/.test(request.url())) bodies.push(request.postDataJSON());
  });
  await openModels(page, OPENAI, ANTHROPIC);
  await page.getByRole('button', { name: 'Parameters' }).click();
  await page.getByLabel('System prompt').fill('Be brief.');
  await page.getByLabel('Temperature').fill('0.7');
  await page.getByLabel('Max tokens').fill('48');
  await run(page, 'Hello [[sandbox: tokens=500]]');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  await expect(figure(column(page, 1), 'Finish')).toHaveText('length');
  expect(bodies).toContainEqual({
    model: OPENAI,
    prompt: 'Hello [[sandbox: tokens=500]]',
    system: 'Be brief.',
    temperature: 0.7,
    maxTokens: 48,
    stream: true,
  });
  await expect(column(page, 1).getByText(/temperature/i)).toBeVisible();
});

test('Markdown is drawn, dangerous parts are not', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-write']);
  await openModels(page, OPENAI);
  const text = [
    '# Head',
    '',
    '| a | b |',
    '|---|---|',
    '| 1 | 2 |',
    '',
    '![tracker](https://example.org/pixel.png)',
    '',
    '<img src=x onerror=alert(1)> [link](javascript:alert(1)) [site](https://example.org)',
    '',
    '```ts',
    'const a: number = 1;',
    '```',
  ].join('\\n');
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  await run(page, `Show [[sandbox: text="${text}"]]`);
  const log = column(page).getByRole('log');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  await column(page).getByRole('button', { name: 'Copy answer' }).click();
  await expect(column(page).getByRole('button', { name: 'Copied' })).toBeVisible();
  await expect(log.getByRole('heading', { name: 'Head' })).toBeVisible();
  await expect(log.getByRole('cell', { name: '2' })).toBeVisible();
  await expect(log.getByText('[image: tracker open]')).toBeVisible();
  await expect(log.locator('.hljs-keyword')).toHaveText('const');
  await expect(log.locator('img')).toHaveCount(0);
  await expect(log.locator('a[href^="javascript"]')).toHaveCount(0);
  await expect(log.getByRole('link', { name: 'site' })).toHaveAttribute('rel', /noopener/);
  expect(requested.filter((url) => url.includes('example.org'))).toEqual([]);
});

test('the stream is followed at the bottom, and left alone once the reader scrolls up', async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 600 });
  await openModels(page, OPENAI);
  await run(page, 'Long [[sandbox: tokens=1500 delay=15]]');
  const log = column(page).getByRole('log');
  const gap = () => log.evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight);
  await expect.poll(() => log.evaluate((node) => node.scrollHeight - node.clientHeight)).toBeGreaterThan(400);
  expect(await gap()).toBeLessThan(40);
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toHaveCount(0);
  await log.hover();
  await page.mouse.wheel(0, -300);
  await page.getByRole('button', { name: 'Jump to latest' }).click();
  await expect.poll(gap).toBeLessThan(40);
  await page.keyboard.press('Escape');
  await expect(figure(column(page), 'State')).toHaveText('Stopped');
});

test('runs go on while another page is open, and the prompt is kept', async ({ page }) => {
  await openModels(page, OPENAI);
  await run(page, 'Keep going [[sandbox: tokens=200 delay=20]]');
  await expect(figure(column(page), 'State')).toHaveText('Streaming');
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Playground' }).click();
  await expect(prompt(page)).toHaveValue(/^Keep going/);
  await expect(figure(column(page), 'State')).toHaveText('Done');
});
