import { Counter, Histogram, Registry } from 'prom-client';
import type { ErrorCode } from '../domain/errors.ts';
import type { UsageFacts } from '../domain/usage.ts';

/**
 * This instance's metrics, named after OpenTelemetry's semantic conventions for HTTP servers and generative AI
 * (`gen_ai.client.token.usage` and so on, with underscores where Prometheus wants them).
 */
export interface Metrics {
  httpRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  refusal(code: ErrorCode, limit: string | undefined): void;
  call(facts: UsageFacts): void;
  /** In the Prometheus text exposition format. */
  render(): Promise<string>;
  contentType: string;
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time until the head of the answer.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: SECONDS,
    registers,
  });
  const refusals = new Counter({
    name: 'firegate_refusals_total',
    help: 'Requests that a limit or a budget refused.',
    labelNames: ['code', 'limit'],
    registers,
  });
  const labels = ['gen_ai_provider_name', 'gen_ai_request_model'];
  const tokens = new Counter({
    name: 'gen_ai_client_token_usage_total',
    help: 'Tokens by type.',
    labelNames: [...labels, 'gen_ai_token_type'],
    registers,
  });
  const duration = new Histogram({
    name: 'gen_ai_client_operation_duration_seconds',
    help: 'Time a model call took, to its end.',
    labelNames: [...labels, 'termination_reason'],
    buckets: SECONDS,
    registers,
  });
  const firstToken = new Histogram({
    name: 'gen_ai_client_time_to_first_token_seconds',
    help: 'Time until the first token of a stream.',
    labelNames: labels,
    buckets: SECONDS,
    registers,
  });
  const attempts = new Counter({
    name: 'firegate_upstream_attempts_total',
    help: 'Calls to providers; a request makes more than one where they fail.',
    labelNames: [...labels, 'status'],
    registers,
  });
  const cost = new Counter({
    name: 'firegate_cost_usd_total',
    help: 'What the calls cost, in USD.',
    labelNames: labels,
    registers,
  });

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    httpRequest({ method, route, status, seconds }) {
      requests.labels(method, route, String(status)).observe(seconds);
    },
    refusal: (code, limit = '') => refusals.labels(code, limit).inc(),
    call({
      provider,
      model,
      usage,
      costNanoUsd,
      latencyMs,
      timeToFirstTokenMs,
      terminationReason,
      attempts: made,
    }) {
      tokens.labels(provider, model, 'input').inc(usage.inputTokens);
      tokens.labels(provider, model, 'output').inc(usage.outputTokens);
      duration.labels(provider, model, terminationReason).observe(latencyMs / 1000);
      if (timeToFirstTokenMs !== undefined)
        firstToken.labels(provider, model).observe(timeToFirstTokenMs / 1000);
      cost.labels(provider, model).inc(costNanoUsd / 1e9);
      for (const each of made) attempts.labels(each.provider, each.model, each.status).inc();
    },
  };
}
