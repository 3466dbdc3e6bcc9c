import { expect, it } from 'vitest';
import { NO_USAGE, type UsageFacts } from '../domain/usage.ts';
import { createMetrics } from './metrics.ts';

const facts: UsageFacts = {
  provider: 'openai',
  model: 'gpt-test',
  route: 'llm/generate',
  usage: { ...NO_USAGE, inputTokens: 30, outputTokens: 12 },
  costNanoUsd: 2_500_000,
  price: null,
  latencyMs: 400,
  timeToFirstTokenMs: 90,
  status: 'ok',
  terminationReason: 'completed',
  source: 'provider',
  attempts: [],
};

const values = async (metrics: ReturnType<typeof createMetrics>) =>
  Object.fromEntries(
    (await metrics.render())
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );

it('counts calls by provider and model: tokens, time, time to the first token, cost', async () => {
  const metrics = createMetrics();
  metrics.call(facts);
  metrics.call({ ...facts, terminationReason: 'upstream_error', usage: NO_USAGE, costNanoUsd: 0 });
  const model = 'gen_ai_provider_name="openai",gen_ai_request_model="gpt-test"';
  expect(await values(metrics)).toMatchObject({
    [`gen_ai_client_token_usage_total{${model},gen_ai_token_type="input"}`]: 30,
    [`gen_ai_client_token_usage_total{${model},gen_ai_token_type="output"}`]: 12,
    [`gen_ai_client_operation_duration_seconds_count{${model},termination_reason="completed"}`]: 1,
    [`gen_ai_client_operation_duration_seconds_sum{${model},termination_reason="upstream_error"}`]: 0.4,
    [`gen_ai_client_time_to_first_token_seconds_sum{${model}}`]: 0.18,
    [`firegate_cost_usd_total{${model}}`]: 0.0025,
  });
});

it('counts requests and refusals', async () => {
  const metrics = createMetrics();
  metrics.httpRequest({ method: 'POST', route: '/x', status: 429, seconds: 0.2 });
  metrics.refusal('rate_limited', 'tokens');
  metrics.refusal('rate_limited', undefined);
  expect(await values(metrics)).toMatchObject({
    'http_server_request_duration_seconds_count{http_request_method="POST",http_route="/x",http_response_status_code="429"}': 1,
    'firegate_refusals_total{code="rate_limited",limit="tokens"}': 1,
    'firegate_refusals_total{code="rate_limited",limit=""}': 1,
  });
});

it('belongs to one instance: another has its own', async () => {
  const one = createMetrics();
  one.refusal('rate_limited', 'tokens');
  expect(await values(createMetrics())).toEqual({});
  expect(one.contentType).toContain('text/plain');
});
