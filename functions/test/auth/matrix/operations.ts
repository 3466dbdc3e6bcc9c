import document from '../../../openapi.json' with { type: 'json' };
import { ENABLED_PROVIDERS } from '../../../src/providers/enabled.ts';
import { findModel, PROVIDERS } from '../../../src/providers/registry.ts';
import type { RequestOptions } from '../../harness/request.ts';

/** One route as the OpenAPI document describes it. */
export interface Operation {
  /** `POST /api/v1/auth/login` */
  name: string;
  method: string;
  /** As sent to an instance: it starts with the function's name. */
  path: string;
  /** Kind of credential -> what it must have: an API key's scope, an access token's claim. Undefined: public. */
  security: Record<string, string[]> | undefined;
  /** The documented statuses of errors. */
  errors: number[];
  hasBody: boolean;
  bodySchema: string | undefined;
}

interface Described {
  security?: Record<string, string[]>[];
  responses: Record<string, unknown>;
  requestBody?: { content: { 'application/json'?: { schema: { $ref?: string } } } };
}

export const OPERATIONS: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
    .map(([method, described]) => toOperation(path, method, described as unknown as Described)),
);

function toOperation(path: string, method: string, described: Described): Operation {
  const { security, responses, requestBody } = described;
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path: path.startsWith('/api/') ? `/api${path}` : path,
    security: security && Object.assign({}, ...security),
    errors: Object.keys(responses)
      .map(Number)
      .filter((status) => status >= 400),
    hasBody: requestBody !== undefined,
    bodySchema: requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1),
  };
}

/** Bodies that pass validation, where a credential is judged after it: by the ledger, at admission. */
const BODIES: Record<string, (operation: Operation) => object> = {
  GenerateRequest: ({ path }) => ({ model: modelFor(path), prompt: 'Hello', maxTokens: 64 }),
  GenerateImagesRequest: () => ({ prompt: 'Hello', quality: 'low' }),
};

/**
 * A request that is right but for its credential, as far as that is known; everything else is answered
 * after the credential, with another status than 401 and 403.
 */
export function requestFor(operation: Operation, uid: string): { path: string; options: RequestOptions } {
  const body = BODIES[operation.bodySchema ?? '']?.(operation) ?? {};
  return {
    path: operation.path.replace('{uid}', uid).replaceAll(/\{\w+\}/g, 'unknown'),
    options: { method: operation.method, ...(operation.hasBody && { body }) },
  };
}

/** A model that the function of the path can call. */
export function modelFor(path: string): string {
  const provider = ENABLED_PROVIDERS.find((id) => path === `/${id}Generate`) ?? ENABLED_PROVIDERS[0];
  const id = PROVIDERS.find((each) => each.id === provider)?.models[0]?.id ?? '';
  if (!findModel(provider, id)) throw new Error(`No model for ${path}`);
  return id;
}
