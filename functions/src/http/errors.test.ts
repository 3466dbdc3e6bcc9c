import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../domain/errors.ts';
import type { LimitState } from '../services/ledger/contract.ts';
import { createMetrics } from '../services/metrics.ts';
import { memoryLog } from '../test-support.ts';
import { onInvalid } from './errors.ts';
import { ask, errorOf, testApp } from './test-support.ts';

async function answerTo(thrown: unknown) {
  const log = memoryLog();
  const metrics = createMetrics();
  const app = testApp({ log, metrics });
  app.get('/', () => {
    throw thrown;
  });
  const response = await ask(app, '/');
  return { response, error: await errorOf(response), log, metrics };
}

describe('an error that is meant to be seen', () => {
  it('has the contract’s shape', async () => {
    const { response, error, log } = await answerTo(
      new GatewayError('conflict', 'Taken.', { details: { a: 1 } }),
    );
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(error).toEqual({
      status: 409,
      code: 'conflict',
      message: 'Taken.',
      requestId: 'req_1',
      details: { a: 1 },
    });
    expect(response.headers.get('x-request-id')).toBe('req_1');
    expect(log.lines).toEqual([]);
  });

  it('says when to come back, in whole seconds', async () => {
    const { response } = await answerTo(
      new GatewayError('unavailable', undefined, { retryAfterSeconds: 1.2 }),
    );
    expect(response.headers.get('retry-after')).toBe('2');
  });

  it('asks for a credential where there was none', async () => {
    const { response } = await answerTo(new GatewayError('unauthenticated'));
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('of a limit carries the state of all limits, and is counted', async () => {
    const limits: LimitState[] = [
      { name: 'tokens', unit: 'tokens', limit: 10, remaining: 9, resetSeconds: 3 },
      { name: 'budget-day', unit: 'nano-usd', limit: 20, remaining: 0, resetSeconds: 5 },
    ];
    const { response, metrics } = await answerTo(
      new GatewayError('budget_exceeded', undefined, { details: { limit: 'budget-day', limits } }),
    );
    expect(response.headers.get('ratelimit')).toBe('"tokens";r=9;t=3, "budget-day";r=0;t=5');
    expect(response.headers.get('x-ratelimit-limit')).toBe('20');
    expect(await metrics.render()).toContain(
      'firegate_refusals_total{code="budget_exceeded",limit="budget-day"} 1',
    );
  });

  it('keeps its cause for the log when it is our trouble', async () => {
    const { error, log } = await answerTo(
      new GatewayError('unavailable', 'Later.', { cause: new Error('db password hunter2') }),
    );
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(log.lines).toMatchObject([
      {
        severity: 'warn',
        message: 'Later.',
        fields: { requestId: 'req_1', error: { message: 'db password hunter2' } },
      },
    ]);
  });
});

describe('an error that is not', () => {
  it.each([
    new Error('db password hunter2'),
    new TypeError('hunter2'),
    Object.assign(new Error('hunter2'), { status: 404, res: 'hunter2' }),
  ])('says nothing of %s', async (thrown) => {
    const { error, response } = await answerTo(thrown);
    expect(error).toEqual({ status: 500, code: 'internal', message: 'Internal error', requestId: 'req_1' });
    expect(JSON.stringify([...response.headers])).not.toContain('hunter2');
  });

  it('is logged with its stack', async () => {
    const { log } = await answerTo(Object.assign(new Error('what happened'), { code: 14 }));
    expect(log.lines).toEqual([
      {
        severity: 'error',
        message: 'Unhandled error',
        fields: {
          requestId: 'req_1',
          error: {
            name: 'Error',
            message: 'what happened',
            stack: expect.stringContaining('errors.test.ts'),
            code: '14',
          },
        },
      },
    ]);
  });
});

it('a path that is nobody’s is a 404 in the same shape', async () => {
  const error = await errorOf(await ask(testApp(), '/nowhere?secret=1', { method: 'PUT' }));
  expect(error).toEqual({
    status: 404,
    code: 'not_found',
    message: 'There is no route PUT /nowhere.',
    requestId: 'req_1',
  });
});

describe('onInvalid', () => {
  const findings = (schema: z.ZodType, value: unknown) => {
    try {
      onInvalid({ ...schema.safeParse(value), target: 'json' } as never, undefined as never);
    } catch (error) {
      return (error as GatewayError).toBody('req_1').error;
    }
    return undefined;
  };
  const schema = z.strictObject({ name: z.string().min(1), tags: z.array(z.int()) });

  it('lets what is valid pass', () => {
    expect(findings(schema, { name: 'a', tags: [1] })).toBeUndefined();
  });

  it('names each field that is wrong', () => {
    const error = findings(schema, { name: '', tags: [1, 'x'] });
    expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringMatching(/^name: /) });
    expect(error?.details).toMatchObject({ issues: [{ path: 'name' }, { path: 'tags.1' }] });
  });

  it('names a field that is unknown', () => {
    const error = findings(schema, { name: 'a', tags: [], nmae: 'b' });
    expect(error?.message).toContain('nmae');
  });
});
