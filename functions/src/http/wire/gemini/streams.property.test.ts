import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WireObject } from '../../../providers/wire.ts';
import { contentToCompletion } from '../chat-to-gemini/answer.ts';
import { ContentChunks } from '../chat-to-gemini/stream.ts';
import { contentToMessage } from '../messages-to-gemini/answer.ts';
import { ContentEvents } from '../messages-to-gemini/stream.ts';
import { convertAll, foldChunks, foldEvents } from '../test-support.ts';

// A streamed answer of Gemini's folds to the same answer as the one that was not streamed: whatever is thought,
// said and called, in whatever order, however it is cut, with empty pieces and signatures that come late.

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const said = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const args = fc.dictionary(
  said,
  fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 2 })),
  {
    maxKeys: 3,
  },
);
const signature = fc.option(fc.base64String({ minLength: 4, maxLength: 12 }), { nil: undefined });

interface Part {
  whole: WireObject;
  /** Of what may come in pieces. */
  text: string | undefined;
}

const part = fc.oneof(
  text.map((thought): Part => ({ whole: { text: thought, thought: true }, text: thought })),
  fc
    .tuple(text, signature)
    .map(([text, thoughtSignature]): Part => ({ whole: { text, ...signedBy(thoughtSignature) }, text })),
  fc.tuple(fc.record({ id: said, name: said, args }), signature).map(
    ([functionCall, thoughtSignature]): Part => ({
      whole: { functionCall, ...signedBy(thoughtSignature) },
      text: undefined,
    }),
  ),
);
const usage = fc.record({
  promptTokenCount: fc.integer({ min: 2000, max: 9000 }),
  cachedContentTokenCount: fc.option(fc.nat(1000), { nil: undefined }),
  candidatesTokenCount: fc.option(fc.nat(1000), { nil: undefined }),
  thoughtsTokenCount: fc.option(fc.nat(1000), { nil: undefined }),
});
const finish = fc.constantFrom('STOP', 'MAX_TOKENS', 'SAFETY', 'MALFORMED_FUNCTION_CALL');
const cuts = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });

function signedBy(thoughtSignature: string | undefined): WireObject {
  return thoughtSignature === undefined ? {} : { thoughtSignature };
}

/** A part as it may be streamed; a signature comes with the last piece, which may be empty. */
function piecesOf({ whole, text }: Part, sizes: readonly number[]): WireObject[] {
  if (text === undefined) return [whole];
  const { thoughtSignature: _, ...unsigned } = whole;
  const pieces: WireObject[] = [];
  for (let at = 0, turn = 0; at < text.length && turn < 100; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push({ ...unsigned, text: text.slice(at, at + size) });
    at += size;
    // Sizes that are all 0 would never end.
    if (turn === 99) pieces.push({ ...unsigned, text: text.slice(at) });
  }
  return [...pieces, { ...whole, text: '' }];
}

const FRAME = { modelVersion: 'gemini-3.8-flash', responseId: 'resp_1' };

/** The answer whole, and the pieces that it may be streamed in. */
function answersOf(
  parts: readonly Part[],
  finishReason: string,
  usageMetadata: WireObject,
  sizes: readonly number[],
) {
  const whole = {
    candidates: [
      { content: { role: 'model', parts: parts.map((each) => each.whole) }, finishReason, index: 0 },
    ],
    usageMetadata,
    ...FRAME,
  };
  const pieces = parts
    .flatMap((each) => piecesOf(each, sizes))
    .map((piece) => ({
      candidates: [{ content: { role: 'model', parts: [piece] }, index: 0 }],
      usageMetadata: { promptTokenCount: usageMetadata['promptTokenCount'] },
      ...FRAME,
    }));
  return { whole, pieces: [...pieces, { ...whole, candidates: [{ finishReason, index: 0 }] }] };
}

it('as a chat completion', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), finish, usage, cuts, (parts, reason, counts, sizes) => {
      const { whole, pieces } = answersOf(parts, reason, counts, sizes);
      const completion = contentToCompletion(whole, 7);
      const folded = foldChunks(convertAll(new ContentChunks(7, true), pieces));
      const choice = (completion['choices'] as WireObject[])[0] ?? {};
      const { refusal: _, ...message } = choice['message'] as WireObject;
      expect(folded.message).toEqual(message);
      expect(folded.finish).toBe(choice['finish_reason']);
      expect(folded.usage).toEqual(completion['usage']);
    }),
  );
});

it('as a message', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), finish, usage, cuts, (parts, reason, counts, sizes) => {
      const { whole, pieces } = answersOf(parts, reason, counts, sizes);
      expect(foldEvents(convertAll(new ContentEvents(), pieces))).toEqual(contentToMessage(whole));
    }),
  );
});
