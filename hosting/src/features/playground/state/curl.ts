import type { GenerateRequest } from '../api/generate.ts';
import { generateUrl } from '../api/generate.ts';

export interface CurlAddresses {
  /** Where this page and the control plane live. */
  origin: string;
  functionsBaseUrl: string;
}

/** Shell commands that send the same requests. The token stays out: what is copied gets pasted anywhere. */
export function curlCommands(requests: readonly GenerateRequest[], addresses: CurlAddresses): string {
  const intro = [
    '# $CLIENT_TOKEN holds a client token, good for five minutes:',
    `#   POST ${addresses.origin}/api/v1/auth/client-token with an access token from /api/v1/auth/login`,
  ];
  const commands = requests.map(({ providerId, body }) =>
    [
      `curl -N ${quote(generateUrl(addresses.functionsBaseUrl, providerId))}`,
      `-H "Authorization: Bearer $CLIENT_TOKEN"`,
      `-H 'Content-Type: application/json'`,
      `-d ${quote(JSON.stringify(body))}`,
    ].join(' \\\n  '),
  );
  return [intro.join('\n'), ...commands].join('\n\n');
}

/** One word for a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
