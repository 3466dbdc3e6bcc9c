import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type {
  ChatMessage,
  ChatRequest,
  JsonSchema,
  Model,
  Tool,
  ToolChoice,
} from '../../providers/contract.ts';
import type { EnabledProvider } from '../../providers/enabled.ts';
import { omitUnsupported } from '../../providers/omit-unsupported.ts';
import {
  type AdmittedCall,
  admitCall,
  type Caller,
  DEFAULT_MAX_TOKENS,
  type GenerateDeps,
  type Target,
  targetOf,
} from './admit-call.ts';
import { assertAble } from './assert-able.ts';
import { type ResolvedModel, resolveModels } from './resolve-model.ts';

/** The simple generate body, validated; exactly one of `prompt` and `messages`. */
export interface GenerateBody {
  provider?: string | undefined;
  /** One of `model` and `models` at least; the first is tried first. */
  model?: string | undefined;
  models?: string[] | undefined;
  prompt?: string | undefined;
  messages?: ChatMessage[] | undefined;
  system?: string | undefined;
  maxTokens?: number | undefined;
  temperature?: number | undefined;
  tools?: Tool[] | undefined;
  toolChoice?: ToolChoice | undefined;
  responseSchema?: { name: string; schema: JsonSchema } | undefined;
}

/** A model and what is asked of it. */
export interface ChatTarget extends Target {
  request: ChatRequest;
  warnings: string[];
}

/** A generate request that has been let in. */
export type GenerateCall = AdmittedCall<ChatTarget>;

/**
 * Resolves the models, bounds what a call to the first can take and has it admitted.
 *
 * @throws GatewayError whatever resolving finds wrong, and whatever the ledger refuses; nothing is held then.
 */
export async function prepareCall(
  deps: GenerateDeps,
  caller: Caller & { only?: EnabledProvider | undefined },
  body: GenerateBody,
): Promise<GenerateCall> {
  const { principal, only } = caller;
  const resolved = resolveModels(body, principal, { aliases: deps.config.modelAliases, only });
  return admitCall(
    deps,
    caller,
    resolved.map((each) => () => chatTarget(deps, principal, each, body)),
  );
}

function chatTarget(
  deps: GenerateDeps,
  principal: Principal,
  resolved: ResolvedModel,
  body: GenerateBody,
): ChatTarget {
  assertAble(resolved.model, body);
  const { request, warnings } = omitUnsupported({
    model: resolved.model,
    messages: body.messages ?? [{ role: 'user', content: body.prompt ?? '' }],
    maxTokens: outputLimit(body.maxTokens, resolved.model, principal),
    ...(body.system !== undefined && { system: body.system }),
    ...(body.temperature !== undefined && { temperature: body.temperature }),
    ...(body.tools !== undefined && { tools: body.tools }),
    ...(body.toolChoice !== undefined && { toolChoice: body.toolChoice }),
    ...(body.responseSchema !== undefined && { responseSchema: body.responseSchema }),
  });
  const provider = deps.providers.get(resolved.provider);
  const { model } = request;
  return { ...targetOf(deps, { provider, model, bound: provider.bound(request) }), request, warnings };
}

function outputLimit(asked: number | undefined, model: Model, principal: Principal): number {
  const granted = principal.kind === 'clientToken' ? principal.maxOutputTokens : undefined;
  if (asked === undefined) return Math.min(DEFAULT_MAX_TOKENS, model.maxOutputTokens, granted ?? Infinity);
  if (asked > model.maxOutputTokens) {
    throw new GatewayError(
      'invalid_request',
      `maxTokens: ${model.id} answers with ${model.maxOutputTokens} tokens at most.`,
    );
  }
  if (granted !== undefined && asked > granted) {
    throw new GatewayError(
      'forbidden',
      `maxTokens: this client token allows ${granted} output tokens at most.`,
    );
  }
  return asked;
}
