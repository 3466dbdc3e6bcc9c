import { Firestore } from '@google-cloud/firestore';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aKey, mutated } from '../../domain/test-support.ts';
import { StoreHandle } from '../../store/handle.ts';
import { createApiKeyVerifier } from './verify-api-key.ts';

// Never connected: a look-up would wait, and be counted.
const store = new StoreHandle(new Firestore({ projectId: 'demo-unit' }), Date.now);

it('what is not the text of a key is refused with no look-up, however often', async () => {
  const verifier = createApiKeyVerifier({ bcryptCost: 4, now: Date.now });
  const key = aKey();
  await fc.assert(
    fc.asyncProperty(mutated(key), async (text) => {
      await expect(verifier.verify(store, text, '192.0.2.1')).rejects.toMatchObject({
        code: 'unauthenticated',
        message: 'The API key is malformed.',
      });
    }),
    { numRuns: 1_000 },
  );
  expect(store.operations).toEqual({ reads: 0, writes: 0 });
});
