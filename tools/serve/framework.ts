import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type HttpFunction = (request: unknown, response: unknown) => unknown;

interface Framework {
  http(name: string, handler: HttpFunction): void;
}
interface FrameworkTesting {
  getTestServer(name: string): Server;
}

/**
 * Loads built functions and answers one server for all of them: `/<function name>/<path>` reaches that function
 * as `/<path>`. Each function runs behind the Functions Framework's own server, as in the cloud, so that body
 * parsing, headers and disconnects behave the same.
 *
 * @param directory a staged functions folder (lib/, node_modules/)
 * @param names the exports to serve
 */
export async function createInstance(directory: string, names: string[]): Promise<Server> {
  const require = createRequire(join(directory, 'package.json'));
  const framework = require('@google-cloud/functions-framework') as Framework;
  const testing = require('@google-cloud/functions-framework/testing') as FrameworkTesting;
  const exported = (await import(pathToFileURL(join(directory, 'lib/index.js')).href)) as Record<
    string,
    HttpFunction
  >;

  const servers = new Map<string, Server>();
  for (const name of names) {
    const handler = exported[name];
    if (!handler) throw new Error(`functions/src/index.ts no longer exports ${name}`);
    framework.http(name, handler);
    servers.set(name, testing.getTestServer(name));
  }

  const route: RequestListener = (request, response) => {
    const [, name = '', rest = ''] = /^\/([^/?]*)(.*)$/s.exec(request.url ?? '') ?? [];
    const server = servers.get(name);
    if (!server) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(
        `There is no function "${name}" here, only ${names.map((each) => `/${each}`).join(', ')}.\n`,
      );
      return;
    }
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    server.emit('request', request, response);
  };
  const server = createServer(route);
  // Google's front end keeps idle connections for minutes, and a request may take an hour.
  server.keepAliveTimeout = 620_000;
  server.headersTimeout = 630_000;
  server.requestTimeout = 0;
  return server;
}
