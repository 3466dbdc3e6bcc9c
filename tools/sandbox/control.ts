import type { IncomingMessage, ServerResponse } from 'node:http';
import { FaultError, type FaultPlan } from './faults.ts';
import { parseJson, readBody, respondJson } from './http.ts';
import type { SandboxState } from './state.ts';

/** The sandbox's own routes, under `/__sandbox/`: what reached it, and what shall go wrong. */
export async function control(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { recorder, faults, providers }: SandboxState,
): Promise<void> {
  const { content } = await readBody(request);
  switch (`${request.method} ${path}`) {
    case 'GET /__sandbox/health':
      return respondJson(response, 200, { status: 'ok', providers: providers.map(({ id }) => id) });
    case 'GET /__sandbox/requests':
      return respondJson(response, 200, recorder.list());
    case 'DELETE /__sandbox/requests':
      recorder.clear();
      response.writeHead(204).end();
      return;
    case 'GET /__sandbox/faults':
      return respondJson(response, 200, faults.list());
    case 'POST /__sandbox/faults':
      return planFault(response, faults, content);
    case 'DELETE /__sandbox/faults':
      faults.clear();
      response.writeHead(204).end();
      return;
    default:
      return respondJson(response, 404, { error: `The sandbox has no ${request.method} ${path}` });
  }
}

function planFault(response: ServerResponse, faults: FaultPlan, body: Buffer | undefined): void {
  const parsed = body === undefined ? undefined : parseJson(body);
  try {
    if (parsed?.ok !== true) throw new FaultError('The body is not JSON');
    respondJson(response, 201, faults.add(parsed.value));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    respondJson(response, 400, { error: error.message });
  }
}
