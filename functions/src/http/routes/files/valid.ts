import type { z } from '@hono/zod-openapi';
import { GatewayError } from '../../../domain/errors.ts';
import { issuesOf } from '../../issues.ts';

/** Holds what a route reads by itself against a schema. @throws GatewayError `invalid_request`, naming each field */
export function valid<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = issuesOf(result.error);
  const [first] = issues;
  const summary = `${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'The request is not valid.'}`;
  throw new GatewayError('invalid_request', summary, { details: { issues } });
}
