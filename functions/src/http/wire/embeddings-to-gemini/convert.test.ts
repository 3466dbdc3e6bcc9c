import { describe, expect, it } from 'vitest';
import { embedBound, embedMeter } from '../../../providers/gemini/embed.ts';
import { Lost } from '../lost.ts';
import { geminiToEmbeddings } from './answer.ts';
import { embeddingsToGemini, wantsBase64 } from './request.ts';

function convert(body: Record<string, unknown>) {
  const lost = new Lost();
  return { call: embeddingsToGemini({ model: 'm', ...body }, 'gemini-embedding-2', lost), lost: lost.fields };
}

describe('a request for embeddings', () => {
  it('has each text on its own', () => {
    const texts = (...all: string[]) => all.map((text) => ({ parts: [{ text }] }));
    expect(convert({ input: 'One' })).toEqual({
      call: { model: 'gemini-embedding-2', contents: texts('One') },
      lost: [],
    });
    expect(convert({ input: ['One', 'Two'], dimensions: 256, encoding_format: 'base64' })).toEqual({
      call: { model: 'gemini-embedding-2', contents: texts('One', 'Two'), outputDimensionality: 256 },
      lost: [],
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['input', { input: [1, 2] }],
    ['input', { input: [[1], [2]] }],
    ['a_field_of_next_year', { input: 'x', a_field_of_next_year: 1 }],
  ])('names what can’t be sent: %s', (field, body) => {
    expect(convert(body).lost).toEqual([field]);
  });

  it.each([{}, { input: [] }, { input: ['x', 7] }, { input: { a: 1 } }, { input: 'x', dimensions: 0 }])(
    'is refused where it is none: %j',
    (body) => {
      expect(() => convert(body)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    },
  );

  it('says how the vectors are wanted', () => {
    expect([{}, { encoding_format: 'float' }, { encoding_format: 'base64' }].map(wantsBase64)).toEqual([
      false,
      false,
      true,
    ]);
    expect(() => wantsBase64({ encoding_format: 'hex' })).toThrow(/encoding_format/);
  });
});

describe('an answer with embeddings', () => {
  const response = {
    embeddings: [{ values: [0.5, -0.25] }, { values: [1, 0] }],
    usageMetadata: { promptTokenCount: 7 },
  };

  it('has OpenAI’s shape', () => {
    expect(geminiToEmbeddings(response, 'gemini-embedding-2', false)).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -0.25] },
        { object: 'embedding', index: 1, embedding: [1, 0] },
      ],
      model: 'gemini-embedding-2',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
  });

  it('has its vectors as 32-bit floats in base64 where they are wanted so', () => {
    const { data } = geminiToEmbeddings(response, 'm', true) as { data: { embedding: string }[] };
    const bytes = Buffer.from(data[0]?.embedding ?? '', 'base64');
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4), bytes.length]).toEqual([0.5, -0.25, 8]);
  });

  it.each([{}, { embeddings: 'x' }, { embeddings: [{}] }, { embeddings: [{ values: ['x'] }] }])(
    'is malformed where it is none: %j',
    (value) => {
      expect(() => geminiToEmbeddings(value, 'm', true)).toThrow(
        expect.objectContaining({ kind: 'malformed' }),
      );
    },
  );

  it('is metered by its input, and unknown without a report', () => {
    const meter = embedMeter();
    meter.answer(response, 10);
    expect(meter.reading()).toMatchObject({
      usage: { inputTokens: 7, outputTokens: 0 },
      usageComplete: true,
      finishReason: 'stop',
    });
    const without = embedMeter();
    without.answer('text', 4);
    expect(without.reading()).toMatchObject({ usage: undefined, usageComplete: false });
  });

  it('was bound by its bytes', () => {
    const { call } = convert({ input: ['x'.repeat(100), 'é'.repeat(100)] });
    const text = JSON.stringify(call);
    expect(embedBound(call, text)).toEqual({
      inputTokens: Buffer.byteLength(text) + 8,
      outputTokens: 0,
      cacheWrites: 'none',
    });
  });
});
