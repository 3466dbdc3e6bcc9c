import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { TokenBound } from '../../providers/contract.ts';

/** Pictures are output tokens too. @throws GatewayError `forbidden` over what a client token grants */
export function assertOutputGranted(principal: Principal, bound: TokenBound): void {
  const granted = principal.kind === 'clientToken' ? principal.maxOutputTokens : undefined;
  if (granted === undefined || bound.outputTokens <= granted) return;
  throw new GatewayError(
    'forbidden',
    `These pictures may be ${bound.outputTokens} output tokens, and this client token allows ${granted} at most.`,
  );
}
