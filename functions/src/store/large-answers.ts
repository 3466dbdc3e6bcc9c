import type { Firestore, Timestamp } from '@google-cloud/firestore';

/** Of a document's 1 MiB; UTF-16 code units of JSON, each at most three bytes. */
const PART_LENGTH = 300_000;

/** `idempotencyKeys/{id}/parts/{n}`: an answer that is too large for one document, cut into several. */
interface Part {
  text: string;
  parts: number;
  /** The TTL field. */
  expiresAt: Timestamp;
}

const partsOf = (firestore: Firestore, id: string) =>
  firestore.collection('idempotencyKeys').doc(id).collection('parts');

/** Written in full or not at all: 32 MB of answer, a function's own limit, are some 100 parts. */
export async function putLargeAnswer(
  firestore: Firestore,
  id: string,
  body: string,
  expiresAt: Timestamp,
): Promise<void> {
  const parts = Math.ceil(body.length / PART_LENGTH);
  // One after the other: a commit carries 10 MiB.
  for (let n = parts - 1; n >= 0; n -= 1) {
    const part: Part = { text: body.slice(n * PART_LENGTH, (n + 1) * PART_LENGTH), parts, expiresAt };
    await partsOf(firestore, id).doc(String(n)).set(part);
  }
}

/** Undefined where any of it is gone. */
export async function getLargeAnswer(firestore: Firestore, id: string): Promise<string | undefined> {
  const { docs } = await partsOf(firestore, id).get();
  const parts = docs.sort((a, b) => Number(a.id) - Number(b.id)).map((snapshot) => snapshot.data() as Part);
  return parts.length > 0 && parts.length === parts[0]?.parts
    ? parts.map(({ text }) => text).join('')
    : undefined;
}
