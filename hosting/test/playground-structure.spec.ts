import { mkdirSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { column, expect, figure, openModels, prompt, run, signedIn, test } from './support/fixtures.ts';
import { runModule, runShell } from './support/run-code.ts';
import { accessToken, newApiKey, planFault } from './support/stack.ts';

const OPENAI = 'gpt-6-luna';
const ANTHROPIC = 'claude-sonnet-5';

/** 8 x 8 pixels, red. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC',
  'base64',
);
const image = (name: string) => ({ name, mimeType: 'image/png', buffer: PNG });
const images = (page: Page) => page.getByRole('list', { name: 'Images' }).getByRole('listitem');
const attach = (page: Page, ...names: string[]) =>
  page.getByLabel('Image files').setInputFiles(names.map(image));

function bodiesOf(page: Page): Record<string, unknown>[] {
  const bodies: Record<string, unknown>[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && /Generate$/.test(request.url())) bodies.push(request.postDataJSON());
  });
  return bodies;
}

async function openStructure(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Tools and schema' }).click();
  await expect(page.getByLabel('Tools', { exact: true })).toBeVisible();
}

signedIn('images are chosen, pasted and dropped, looked at, taken out, and asked about', async ({ page }) => {
  const bodies = bodiesOf(page);
  await openModels(page, OPENAI, ANTHROPIC);
  await attach(page, 'red.png', 'red.png');
  await expect(images(page)).toHaveText(['red.png', 'red-2.png']);
  for (const [selector, type, property] of [
    ['textarea[rows="2"]', 'paste', 'clipboardData'],
    ['form', 'drop', 'dataTransfer'],
  ] as const) {
    await page
      .locator(selector)
      .first()
      .evaluate(
        (node, { type, property, bytes }) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], `${type}.png`, { type: 'image/png' }));
          const Kind = type === 'paste' ? ClipboardEvent : DragEvent;
          node.dispatchEvent(new Kind(type, { [property]: data, bubbles: true, cancelable: true }));
        },
        { type, property, bytes: [...PNG] },
      );
  }
  await expect(images(page)).toHaveText(['red.png', 'red-2.png', 'paste.png', 'drop.png']);
  const drawn = images(page).first().locator('img');
  await expect.poll(() => drawn.evaluate((node: HTMLImageElement) => node.naturalWidth)).toBe(8);
  for (const name of ['red-2.png', 'paste.png', 'drop.png']) {
    await page.getByRole('button', { name: `Remove ${name}` }).click();
  }
  await page.getByLabel('Image files').setInputFiles([
    { name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') },
    { name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(5 * 1024 * 1024 + 1) },
  ]);
  await expect(page.getByRole('alert')).toHaveText(
    'a.svg is no PNG, JPEG, WebP or GIF image. big.png is larger than 5 MiB.',
  );
  await expect(images(page)).toHaveText(['red.png']);

  await run(page, 'What colour is it?');
  for (const index of [0, 1]) {
    await expect(figure(column(page, index), 'State')).toHaveText('Done');
    await expect(column(page, index).getByRole('log').locator('img')).toHaveCount(1);
    await expect(column(page, index).getByText('What colour is it?', { exact: true })).toBeVisible();
  }
  expect(bodies).toContainEqual({
    model: OPENAI,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', image: `data:image/png;base64,${PNG.toString('base64')}` },
          { type: 'text', text: 'What colour is it?' },
        ],
      },
    ],
    stream: true,
  });
});

signedIn('a tool is called, answered by hand, and the conversation goes on', async ({ page }) => {
  const bodies = bodiesOf(page);
  await openModels(page, OPENAI, ANTHROPIC);
  await openStructure(page);
  await page.getByRole('button', { name: 'Sample for Tools' }).click();
  await expect(page.getByLabel('Tools', { exact: true })).toHaveValue(/"get_weather"/);
  await run(page, `What of the weather? [[sandbox: tool=get_weather args='{"city":"Zürich"}']]`);
  for (const index of [0, 1]) {
    const answer = column(page, index);
    await expect(figure(answer, 'State')).toHaveText('Done');
    await expect(figure(answer, 'Finish')).toHaveText('tool_calls');
    await expect(answer.getByTestId('tool-call')).toContainText('Calls get_weather');
    await expect(answer.getByTestId('tool-call')).toContainText('"city": "Zürich"');
    await expect(answer.getByText('The answer is empty.')).toHaveCount(0);
  }
  for (const index of [0, 1]) {
    const answer = column(page, index);
    await answer.getByLabel('Result of get_weather').fill('{"sky":"clear"}');
    await answer.getByRole('button', { name: 'Send the result' }).click();
    await expect(figure(answer, 'Finish')).toHaveText('stop');
    await expect(answer.getByRole('list', { name: 'Earlier turns' })).toContainText('"sky": "clear"');
    await expect(answer.getByRole('log')).toContainText('Firegate sandbox');
    await expect(answer.getByRole('button', { name: 'Send the result' })).toHaveCount(0);
  }
  expect(bodies.at(-1)).toMatchObject({
    model: ANTHROPIC,
    messages: [
      { role: 'user' },
      { role: 'assistant', toolCalls: [{ name: 'get_weather', arguments: '{"city":"Zürich"}' }] },
      { role: 'tool', content: '{"sky":"clear"}' },
    ],
    tools: [{ name: 'get_weather' }],
  });
});

signedIn('an answer that follows a schema is drawn as JSON; what is no JSON is said', async ({ page }) => {
  await openModels(page, OPENAI);
  await openStructure(page);
  const schema = page.getByLabel('Answer schema', { exact: true });
  await schema.fill('{"type":');
  await expect(page.getByText('Must be a JSON object: a JSON Schema.')).toBeVisible();
  await prompt(page).fill('How do I make tea?');
  await expect(page.getByRole('button', { name: /^Run/ })).toBeDisabled();
  await page.getByRole('button', { name: 'Clear Answer schema' }).click();
  await page.getByRole('button', { name: 'Sample for Answer schema' }).click();
  await run(page, 'How do I make tea?');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  const code = column(page).getByRole('log').getByRole('region', { name: 'Code in json' });
  const answer = JSON.parse(await code.innerText());
  expect(Object.keys(answer)).toEqual(['title', 'steps', 'minutes']);
  await expect(code).toContainText('\n  "title": ');
});

signedIn('another model answers where the first can’t, and it is said', async ({ page }) => {
  const model = 'gpt-5.1';
  await openModels(page, model);
  await page.getByRole('button', { name: 'Parameters' }).click();
  await page.getByRole('combobox', { name: 'Fallbacks: None' }).click();
  await page.getByLabel('Search fallbacks').fill('gpt-5.2');
  await page.getByRole('option', { name: 'openai/gpt-5.2' }).click();
  await page.keyboard.press('Escape');
  await planFault({ kind: 'status', status: 401, model, times: 1 });
  await run(page, 'Hello');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  await expect(figure(column(page), 'Model')).toHaveText('gpt-5.2');
  await expect(figure(column(page), 'Attempts')).toHaveText('2');
  await expect(column(page).getByText(/gpt-5\.1 could not answer; .*gpt-5\.2 did\./)).toBeVisible();
  await page.getByRole('button', { name: 'View code' }).click();
  await expect(page.getByRole('tabpanel').locator('pre')).toContainText('"openai/gpt-5.2"');
});

test('the code that is shown does what the page does', async ({ page, user }, info) => {
  // A process for each snippet, one after the other.
  test.slow();
  const folder = info.outputPath('code');
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/red.png`, PNG);
  const env = { FIREGATE_API_KEY: await newApiKey(user) };
  const token = await accessToken(user);
  const dialog = page.getByRole('dialog', { name: 'View code' });
  const codeIn = async (tab: string) => {
    await dialog.getByRole('tab', { name: tab, exact: true }).click();
    return dialog.getByRole('tabpanel').locator('pre').innerText();
  };
  const ask = (args: string) =>
    `\nconst done = await ask(${JSON.stringify(token)}, ${args}(text) => process.stdout.write(text));\n` +
    'for (const call of done.toolCalls ?? []) console.log(call.name, call.arguments);';
  const bytes = `(await import('node:fs')).readFileSync('red.png', 'base64'), `;

  await openModels(page, OPENAI, ANTHROPIC);
  await page.getByRole('button', { name: 'Parameters' }).click();
  await page.getByLabel('Temperature').fill('0.5');
  for (const model of [OPENAI, ANTHROPIC]) {
    await prompt(page).fill(`It's "$HOME" \\n [[sandbox: text="It's fine"]]`);
    await page.getByRole('button', { name: 'View code' }).click();
    await dialog.getByLabel('Model').selectOption({ label: model });
    expect(await runShell(folder, await codeIn('curl'), env)).toMatch(
      /event: done\ndata: .*"finishReason":"stop"/,
    );
    for (const tab of ['OpenAI', 'Anthropic']) {
      expect(await runModule(folder, await codeIn(tab), env)).toBe("It's fine");
    }
    expect(await runModule(folder, (await codeIn('fetch')) + ask(''), {})).toBe("It's fine");
    expect(await codeIn('Python')).toContain(`model="${model}"`);
    await dialog.getByRole('button', { name: 'Close' }).click();
  }

  await openStructure(page);
  await page.getByRole('button', { name: 'Sample for Tools' }).click();
  await page.getByLabel('Tool choice').selectOption('required');
  await attach(page, 'red.png');
  await expect(images(page)).toHaveCount(1);
  const called = /get_weather \{.*"city"/;
  for (const model of [OPENAI, ANTHROPIC]) {
    await page.getByRole('button', { name: 'View code' }).click();
    await dialog.getByLabel('Model').selectOption({ label: model });
    expect(await runShell(folder, await codeIn('curl'), env)).toMatch(/event: done\ndata: .*"get_weather"/);
    for (const tab of ['OpenAI', 'Anthropic']) {
      expect(await runModule(folder, await codeIn(tab), env)).toMatch(called);
    }
    expect(await runModule(folder, (await codeIn('fetch')) + ask(bytes), {})).toMatch(called);
    await dialog.getByRole('button', { name: 'Close' }).click();
  }
});

signedIn('code is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openModels(page, OPENAI);
  await prompt(page).fill("It's me");
  await page.getByRole('button', { name: 'View code' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('/api/v1/llm/generate');
  expect(copied).toContain(`"prompt": "It'\\''s me"`);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

signedIn.describe('on a phone', () => {
  signedIn.use({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });

  signedIn('nothing is wider than the screen', async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await openModels(page, OPENAI);
    await attach(page, `${'a-very-long-name-'.repeat(8)}.png`);
    await expect(images(page)).toHaveCount(1);
    await openStructure(page);
    await page.getByRole('button', { name: 'Sample for Tools' }).click();
    await page.getByRole('button', { name: 'Sample for Answer schema' }).click();
    expect(await fits()).toBe(true);
    await page.getByRole('button', { name: 'Tools and schema' }).click();
    await run(page, 'What is it?');
    await expect(column(page).getByTestId('tool-call')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Run/ })).toBeInViewport();
    expect(await fits()).toBe(true);
    await page.getByRole('button', { name: 'View code' }).click();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await expect(page.getByRole('tabpanel').locator('pre')).toBeVisible();
      expect(await fits()).toBe(true);
    }
    const box = await page.getByRole('dialog').boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 999) <= 390).toBe(true);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  signedIn.describe(colorScheme, () => {
    signedIn.use({ colorScheme });

    signedIn('axe has nothing to say of tools, images and code', async ({ page }) => {
      await openModels(page, OPENAI);
      await attach(page, 'red.png');
      await openStructure(page);
      await page.getByLabel('Answer schema', { exact: true }).fill('[]');
      expect(await violations(page), 'a fault').toEqual([]);
      await page.getByRole('button', { name: 'Clear Answer schema' }).click();
      await page.getByRole('button', { name: 'Sample for Tools' }).click();
      expect(await violations(page), 'editors').toEqual([]);
      await run(page, 'What is it?');
      await expect(column(page).getByTestId('tool-call')).toBeVisible();
      expect(await violations(page), 'a call').toEqual([]);
      await column(page).getByRole('button', { name: 'Send the result' }).click();
      await expect(figure(column(page), 'Finish')).toHaveText('stop');
      expect(await violations(page), 'earlier turns').toEqual([]);
      await page.getByRole('button', { name: 'View code' }).click();
      await expect(page.getByRole('tabpanel').locator('pre')).toBeVisible();
      expect(await violations(page), 'code').toEqual([]);
    });
  });
}
