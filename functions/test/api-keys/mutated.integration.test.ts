import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mutated } from '../../src/domain/test-support.ts';
import { stack } from '../harness/stack.ts';
import { newOwner } from './support.ts';

/** The status of a request with these bytes as its key: no client's rules between the text and the server. */
function statusWith(header: 'X-API-Key' | 'Authorization', text: string): Promise<number> {
  const { hostname, port } = new URL(stack().url);
  const value = header === 'Authorization' ? `Bearer ${text}` : text;
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `GET /api/api/v1/llm/providers HTTP/1.1\r\nHost: test\r\nConnection: close\r\n${header}: ${value}\r\n\r\n`,
      );
    });
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])));
    socket.on('error', reject);
  });
}

// That such texts cost no read is verify-api-key.test.ts's.
it('no mutation of a key’s text is let in, or upsets the server', async () => {
  const { key } = await (await newOwner()).key({ scopes: ['models:read'] });
  expect(await statusWith('X-API-Key', key)).toBe(200);
  expect(await statusWith('Authorization', key)).toBe(200);
  const text = fc.oneof(
    mutated(key).filter((each) => !/[\r\n]/.test(each)),
    fc.constantFrom('\u00a0', '\ufeff', '\u3000').map((space) => `${space}${key}${space}`),
    fc.constant(key.repeat(300)),
  );
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom('X-API-Key' as const, 'Authorization' as const),
      async (each, header) => {
        // 400 and 431 are Node's own parser.
        expect([400, 401, 431]).toContain(await statusWith(header, each));
      },
    ),
    { numRuns: 150 },
  );
  expect(await statusWith('X-API-Key', key)).toBe(200);
});
