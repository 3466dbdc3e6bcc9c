import { randomUUID } from 'node:crypto';
import { Timestamp } from '@google-cloud/firestore';
import { beforeAll, describe, expect, it } from 'vitest';
import { getLargeAnswer, putLargeAnswer } from '../../src/store/large-answers.ts';
import { usageOfUser } from '../../src/store/usage-metrics.ts';
import { expectError } from '../auth/support.ts';
import { sandboxRequests } from '../harness/sandbox.ts';
import {
  type Caller,
  firestore,
  generate,
  modelOf,
  newCaller,
  ROUTES,
  requestIdOf,
  stream,
} from './support.ts';

const withKey = (key: string) => ({ headers: { 'Idempotency-Key': key } });

describe.each(ROUTES)('an Idempotency-Key on $route', (route) => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await newCaller();
  });
  const ask = (prompt: string) => ({ model: modelOf(route.provider), prompt });
  const records = async () => (await usageOfUser(firestore, caller.uid).get()).size;

  it('runs once and answers the same again', async () => {
    const key = randomUUID();
    const first = await generate(route, caller, ask('Once'), withKey(key));
    const before = await records();
    const again = await generate(route, caller, ask('Once'), withKey(key));
    expect(first.status).toBe(200);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await records()).toBe(before);
    expect(await sandboxRequests(requestIdOf(again))).toEqual([]);
  });

  it('replays a stream as a stream', async () => {
    const key = randomUUID();
    const first = await stream(route, caller, ask('Flow'), withKey(key));
    const again = await stream(route, caller, ask('Flow'), withKey(key));
    expect(first.end).toBe('done');
    expect(again).toMatchObject({ status: 200, text: first.text, end: 'done', data: first.data });
  });

  it('of another body is a 409', async () => {
    const key = randomUUID();
    await generate(route, caller, ask('One'), withKey(key));
    const other = await generate(route, caller, ask('Other'), withKey(key));
    expectError(other, 409, 'conflict');
    expect(other.body).toMatchObject({ error: { details: { reason: 'different_body' } } });
  });

  it('sent many times at once executes once', async () => {
    const key = randomUUID();
    const before = await records();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        generate(route, caller, ask('Race [[sandbox: delay=20]]'), withKey(key)),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    const waiting = answers.filter(({ status }) => status === 409);
    for (const { headers, body } of waiting) {
      expect(headers.get('retry-after')).toBe('1');
      expect(body).toMatchObject({ error: { details: { reason: 'in_progress' } } });
    }
    expect(await records()).toBe(before + 1);
  });

  it('keeps an error too', async () => {
    const key = randomUUID();
    const prompt = 'Fail [[sandbox: fault=server_error]]';
    const first = await generate(route, caller, ask(prompt), withKey(key));
    const again = await generate(route, caller, ask(prompt), withKey(key));
    expectError(first, 502, 'upstream_error');
    expect(again.status).toBe(502);
    expect(again.body).toEqual(first.body);
  });

  it('belongs to who sent it', async () => {
    const key = randomUUID();
    const other = await newCaller();
    const mine = await generate(route, caller, ask('Mine'), withKey(key));
    const theirs = await generate(route, other, ask('Mine'), withKey(key));
    expect(theirs.status).toBe(200);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it.each(['', 'two words', 'x'.repeat(256)])('that is none is a 400: %o', async (key) => {
    const answer = await generate(route, caller, ask('Hi'), withKey(key));
    expectError(answer, 400, 'invalid_request');
  });
});

it('an answer that is too large for a document comes back whole', async () => {
  const [id, body] = [randomUUID(), 'ä'.repeat(700_000)];
  await putLargeAnswer(firestore, id, body, Timestamp.now());
  expect(await getLargeAnswer(firestore, id)).toBe(body);
  await firestore.collection('idempotencyKeys').doc(id).collection('parts').doc('1').delete();
  expect(await getLargeAnswer(firestore, id)).toBeUndefined();
});
