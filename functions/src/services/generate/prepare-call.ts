import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { ChatMessage, ChatRequest, JsonSchema, Model, Tool, ToolChoice } from '../../providers/contract.ts';
import type { EnabledProvider } from '../../providers/enabled.ts';
import { omitUnsupported } from '../../providers/omit-unsupported.ts';
import {
  type AdmittedCall,
  admitCall,
  type Caller,
  DEFAULT_MAX_TOKENS,
  type GenerateDeps,
} from './admit-call.ts';
import { resolveModel } from './resolve-model.ts';

/** The simple generate body, validated; exactly one of `prompt` and `messages`. */
export interface GenerateBody {
  provider?: string | undefined;
  model: string;
  prompt?: string | undefined;
  messages?: ChatMessage[] | undefined;
  system?: string | undefined;
  maxTokens?: number | undefined;
  temperature?: number | undefined;
  tools?: Tool[] | undefined;
  toolChoice?: ToolChoice | undefined;
  responseSchema?: { name: string; schema: JsonSchema } | undefined;
}

/** A generate request that has been let in. */
export interface GenerateCall extends AdmittedCall {
  request: ChatRequest;
  warnings: string[];
}

/**
 * Resolves the model, bounds what the call can take and has it admitted.
 *
 * @throws GatewayError whatever resolving finds wrong, and whatever the ledger refuses; nothing is held then.
 */
export async function prepareCall(
  deps: GenerateDeps,
  caller: Caller & { only?: EnabledProvider | undefined },
  body: GenerateBody,
): Promise<GenerateCall> {
  const { principal } = caller;
  const resolved = resolveModel(body, principal, caller.only);
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
  const call = await admitCall(deps, caller, {
    provider,
    model: request.model,
    bound: provider.bound(request),
  });
  return { ...call, request, warnings };
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
