import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../domain/errors.ts';
import { createMetrics } from '../../services/metrics.ts';
import { memoryLog } from '../../test-support.ts';
import { ask, testApp } from '../test-support.ts';
import { requestLogging } from './request-logging.ts';

function setUp() {
  const log = memoryLog();
  const metrics = createMetrics();
  let now = 10_000;
  const clock = () => now;
  const app = testApp({ log, metrics, now: clock });
  app.use(requestLogging(log, metrics, clock));
  app.post('/things/:id', async (c) => {
    now += 1234;
    c.var.store.operations.reads += 2;
    c.var.store.operations.writes += 1;
    c.var.logFields['uid'] = 'user_1';
    return c.json({ answer: `secret answer to ${await c.req.text()}` }, 201);
  });
  app.get('/refused', () => {
    throw new GatewayError('forbidden', 'No.');
  });
  app.get('/broken', () => {
    throw new Error('it broke');
  });
  return { app, log, metrics };
}

describe('RequestLoggingMiddleware', () => {
  it('writes one line a request, in Cloud Logging’s shape', async () => {
    const { app, log } = setUp();
    await ask(app, '/things/7?token=secret-in-query', {
      method: 'POST',
      body: 'secret prompt',
      headers: { Authorization: 'Bearer secret-token', 'User-Agent': 'curl/8' },
    });
    expect(log.lines).toEqual([
      {
        severity: 'info',
        message: 'POST /things/7 201',
        fields: {
          requestId: 'req_1',
          route: '/things/:id',
          httpRequest: {
            requestMethod: 'POST',
            requestUrl: '/things/7',
            status: 201,
            latency: '1.234s',
            remoteIp: '192.0.2.1',
            userAgent: 'curl/8',
          },
          firestore: { reads: 2, writes: 1 },
          uid: 'user_1',
        },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });

  it('names the code of an error, and calls only our own faults errors', async () => {
    const { app, log } = setUp();
    await ask(app, '/refused');
    await ask(app, '/broken');
    await ask(app, '/nowhere');
    const lines = log.lines.filter(({ fields }) => 'httpRequest' in fields);
    expect(lines.map(({ severity, message, fields }) => [severity, message, fields['errorCode']])).toEqual([
      ['info', 'GET /refused 403', 'forbidden'],
      ['error', 'GET /broken 500', 'internal'],
      ['info', 'GET /nowhere 404', undefined],
    ]);
  });

  it('measures each by its route, so that ids make no series of their own', async () => {
    const { app, metrics } = setUp();
    for (const id of [1, 2, 3]) await ask(app, `/things/${id}`, { method: 'POST', body: '' });
    for (const path of ['/a', '/b', '/c']) await ask(app, path);
    const text = await metrics.render();
    const counts = text
      .split('\n')
      .filter((line) => line.startsWith('http_server_request_duration_seconds_count'));
    expect(counts).toHaveLength(2);
    expect(counts[0]).toContain('http_route="/things/:id",http_response_status_code="201"} 3');
    expect(counts[1]).toMatch(/http_response_status_code="404"\} 3$/);
    expect(text).not.toContain('http_route="/a"');
  });
});
