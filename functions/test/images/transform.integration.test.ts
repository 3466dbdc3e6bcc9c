import { beforeAll, describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/domain/images/operations.ts';
import { MONTH_MS, storageNanoUsd } from '../../src/domain/media-prices.ts';
import { applyOperations } from '../../src/services/images/apply-operations.ts';
import { inspectImage } from '../../src/services/images/inspect-image.ts';
import { animated, patch, picture, pixel, png } from '../../src/services/images/test-support.ts';
import { createKey } from '../auth/matrix/credentials.ts';
import { quota, upload } from '../files/support.ts';
import { api } from '../harness/request.ts';
import { signUp, type TestUser } from '../harness/users.ts';
import { recordOf, recordsOf, requestIdOf } from '../llm/support.ts';
import { bytesOf, stored, transform } from './support.ts';

let user: TestUser;
let token: string;
beforeAll(async () => {
  user = await signUp();
  token = user.accessToken;
});

describe('images/transform', () => {
  it.each(FORMATS)('changes a stored %s and keeps the result as another file', async (format) => {
    const fileId = await stored(token, await picture(format), `image/${format}`);
    const answer = await transform(token, {
      fileId,
      operations: [
        { type: 'crop', left: 32, top: 0, width: 32, height: 24 },
        { type: 'resize', width: 16 },
      ],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      source: 'derived',
      status: 'ready',
      mediaType: `image/${format}`,
      name: `a picture.${format === 'jpeg' ? 'jpg' : format}`,
      width: 16,
      height: 12,
    });
    const result = await bytesOf(token, answer.body.id);
    expect(result.length).toBe(answer.body.bytes);
    expect(await inspectImage(result)).toMatchObject({ format, width: 16, height: 12 });
    const [red = 0, green = 0, blue = 0] = await pixel(result, 8, 6);
    expect(Math.max(red, blue)).toBeLessThan(40);
    expect(green).toBeGreaterThan(215);
  });

  it('lays one stored picture over another', async () => {
    const fileId = await stored(token, await picture('png'));
    const over = await stored(token, await patch(8, 8, [0, 0, 0, 255]));
    const operations = [
      { type: 'compose', fileId: over, left: 0, top: 0 },
      { type: 'convert', format: 'webp' },
      { type: 'compress', quality: 100 },
    ];
    const { body } = await transform(token, { fileId, operations, name: 'framed' });
    expect(body).toMatchObject({ name: 'framed', mediaType: 'image/webp' });
    const result = await bytesOf(token, body.id);
    expect(Math.max(...(await pixel(result, 2, 2)).slice(0, 3))).toBeLessThan(40);
    expect((await pixel(result, 20, 10))[0]).toBeGreaterThan(215);
  });

  it('tells what a picture is', async () => {
    const bytes = await picture('jpeg', 64, 48, { orientation: 6 });
    const id = await stored(token, bytes, 'image/jpeg');
    const { status, body } = await api(`images/${id}`, { token });
    expect(status).toBe(200);
    expect(body).toEqual({
      format: 'jpeg',
      mediaType: 'image/jpeg',
      bytes: bytes.length,
      width: 48,
      height: 64,
      frames: 1,
      hasAlpha: false,
      colorSpace: 'srgb',
      bitDepth: 'uchar',
      orientation: 6,
      metadata: { exif: true, iccProfile: expect.any(Boolean), xmp: false },
    });
  });

  it('is paid for by the time that it takes, and recorded', async () => {
    const fileId = await stored(token, await picture('png', 800, 600));
    const answer = await transform(token, { fileId, operations: [{ type: 'thumbnail', size: 64 }] });
    const record = await recordOf(requestIdOf(answer));
    expect(record).toMatchObject({
      userId: user.uid,
      provider: 'firegate',
      model: 'image-transform',
      route: 'images/transform',
      status: 'ok',
      inputTokens: 0,
      outputTokens: 0,
      units: { images: 1, bytes: answer.body.bytes },
      overrun: false,
    });
    const seconds = record.units?.seconds ?? 0;
    expect(seconds).toBeGreaterThan(0);
    expect(record.costNanoUsd).toBe(
      Math.ceil(seconds * 29_000) + storageNanoUsd(answer.body.bytes, MONTH_MS),
    );
    expect(record.costNanoUsd).toBeLessThanOrEqual(record.heldNanoUsd);
  });

  it('does what one function alone does, to the byte', async () => {
    const bytes = await picture('png', 120, 80);
    const fileId = await stored(token, bytes);
    const operations = [
      { type: 'rotate', angle: 30 } as const,
      { type: 'flip', direction: 'vertical' } as const,
    ];
    const { body } = await transform(token, { fileId, operations });
    const alone = await applyOperations({ bytes, operations });
    expect((await bytesOf(token, body.id)).equals(alone.bytes)).toBe(true);
  });

  it('bears many at once', async () => {
    const fileId = await stored(token, await picture('jpeg', 1200, 900), 'image/jpeg');
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        transform(token, { fileId, operations: [{ type: 'resize', width: 100 + at }] }),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body.width])).toEqual(
      Array.from({ length: 6 }, (_, at) => [201, 100 + at]),
    );
  });
});

describe('what it refuses leaves nothing behind', () => {
  const flip = { type: 'flip', direction: 'vertical' };

  it.each<[string, () => Promise<[string, object]>, number, string]>([
    ['no such file', async () => ['file_0000000000000000000000', {}], 404, 'not_found'],
    [
      'another user’s file',
      async () => [await stored((await signUp()).accessToken, await picture('png')), {}],
      404,
      'not_found',
    ],
    [
      'what is no picture',
      async () => {
        const { body } = await upload(token, 'just words', { type: 'text/plain' });
        return [body.id, {}];
      },
      415,
      'unsupported_media_type',
    ],
    [
      'an animated picture',
      async () => [
        await stored(
          token,
          await animated('gif', [
            [1, 2, 3],
            [200, 100, 0],
          ]),
          'image/gif',
        ),
        {},
      ],
      422,
      'unprocessable',
    ],
    [
      'a bomb',
      async () => {
        const row = Buffer.alloc(20_001);
        return [
          await stored(token, png(20_000, 20_000, Buffer.concat(Array.from({ length: 20_000 }, () => row)))),
          {},
        ];
      },
      422,
      'unprocessable',
    ],
    [
      'a crop out of the picture',
      async () => [
        await stored(token, await picture('png')),
        { operations: [{ type: 'crop', left: 60, top: 0, width: 20, height: 5 }] },
      ],
      422,
      'unprocessable',
    ],
    [
      'no operation',
      async () => [await stored(token, await picture('png')), { operations: [] }],
      400,
      'invalid_request',
    ],
    [
      'an operation that there is not',
      async () => [await stored(token, await picture('png')), { operations: [{ type: 'sharpen' }] }],
      400,
      'invalid_request',
    ],
    [
      'an overlay that there is not',
      async () => [
        await stored(token, await picture('png')),
        { operations: [{ type: 'compose', fileId: 'file_0000000000000000000000' }] },
      ],
      404,
      'not_found',
    ],
  ])('%s', async (_, prepare, status, code) => {
    const [fileId, body] = await prepare();
    const before = await quota(token);
    const answer = await transform(token, { fileId, operations: [flip], ...body });
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { error: { code } } });
    expect(await quota(token)).toEqual(before);
  });

  it('an SVG and a page that call themselves pictures never get in', async () => {
    for (const text of [
      '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
      '<html><script>1</script>',
    ]) {
      const { status } = await upload(token, text, { type: 'image/png' });
      expect(status).toBe(415);
    }
  });

  it('a picture with a script behind it comes out without it', async () => {
    const polyglot = Buffer.concat([await picture('jpeg'), Buffer.from('<script>alert(1)</script>')]);
    const { status, body } = await upload(token, polyglot, { type: 'image/jpeg' });
    if (status !== 201) return expect(status).toBe(415);
    const clean = await transform(token, { fileId: body.id, operations: [flip] });
    expect((await bytesOf(token, clean.body.id)).includes('script')).toBe(false);
    return undefined;
  });
});

describe('who may', () => {
  it('keys need the scope', async () => {
    const fileId = await stored(token, await picture('png'));
    const operations = [{ type: 'flip', direction: 'vertical' }];
    const [images, files] = await Promise.all([
      createKey(user, ['images']),
      createKey(user, ['files:read', 'files:write', 'generate']),
    ]);
    expect((await transform(images, { fileId, operations })).status).toBe(201);
    expect((await transform(files, { fileId, operations })).status).toBe(403);
    expect((await api(`images/${fileId}`, { token: images })).status).toBe(200);
    expect((await api(`images/${fileId}`, { token: files })).status).toBe(403);
    const records = await recordsOf(user.uid);
    expect(records.some(({ apiKeyId, model }) => apiKeyId !== undefined && model === 'image-transform')).toBe(
      true,
    );
  });
});
