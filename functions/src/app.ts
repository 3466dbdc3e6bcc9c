import type { Deps } from './deps.ts';
import { baseApp } from './http/base-app.ts';
import { documentApi, openApiDocument } from './http/document-api.ts';
import type { App } from './http/openapi.ts';
import { metricsRoute } from './http/routes/admin/metrics.ts';
import { updateUserRoute } from './http/routes/admin/update-user.ts';
import { apiKeysRoutes } from './http/routes/api-keys/collection.ts';
import { apiKeyRoutes } from './http/routes/api-keys/item.ts';
import { auditLogRoute } from './http/routes/audit-log.ts';
import { changePasswordRoute } from './http/routes/auth/change-password.ts';
import { clientTokenRoute } from './http/routes/auth/client-token.ts';
import { loginRoute } from './http/routes/auth/login.ts';
import { logoutRoute } from './http/routes/auth/logout.ts';
import { meRoute } from './http/routes/auth/me.ts';
import { refreshRoute } from './http/routes/auth/refresh.ts';
import { registerRoute } from './http/routes/auth/register.ts';
import { resetPasswordRoute } from './http/routes/auth/reset-password.ts';
import { resetPasswordConfirmRoute } from './http/routes/auth/reset-password-confirm.ts';
import { verifyEmailRoute } from './http/routes/auth/verify-email.ts';
import { verifyEmailConfirmRoute } from './http/routes/auth/verify-email-confirm.ts';
import { clientConfigRoute } from './http/routes/client-config.ts';
import { filesRoutes } from './http/routes/files/collection.ts';
import { fileContentRoute } from './http/routes/files/content.ts';
import { fileRoutes } from './http/routes/files/item.ts';
import { gatewayRoutes } from './http/routes/gateway/index.ts';
import { healthRoute } from './http/routes/health.ts';
import { imagesRoutes } from './http/routes/images/make.ts';
import { imageInfoRoute, transformRoute } from './http/routes/images/transform.ts';
import { generateRoute, proxyRoute } from './http/routes/llm/generate.ts';
import { listProvidersRoute, providersRoute } from './http/routes/llm/providers.ts';
import { limitsRoute } from './http/routes/usage/limits.ts';
import { usageRoute } from './http/routes/usage/list.ts';
import { usageSummaryRoute } from './http/routes/usage/summary.ts';
import { generateVideoRoute } from './http/routes/videos/generate.ts';
import { videoJobRoutes } from './http/routes/videos/job.ts';
import { videoJobsRoutes } from './http/routes/videos/jobs.ts';
import { wireErrorShape } from './http/wire/errors.ts';
import { ENABLED_PROVIDERS, type EnabledProvider } from './providers/enabled.ts';

/** The control plane: `/api/*`. */
export function createApi(deps: Deps): App {
  const app = baseApp(deps);
  healthRoute(app);
  clientConfigRoute(app, deps);
  registerRoute(app, deps);
  loginRoute(app, deps);
  refreshRoute(app, deps);
  resetPasswordRoute(app, deps);
  resetPasswordConfirmRoute(app, deps);
  verifyEmailRoute(app, deps);
  verifyEmailConfirmRoute(app, deps);
  changePasswordRoute(app, deps);
  logoutRoute(app, deps);
  meRoute(app, deps);
  clientTokenRoute(app, deps);
  generateRoute(app, deps, new Set());
  providersRoute(app, deps);
  apiKeysRoutes(app, deps);
  apiKeyRoutes(app, deps);
  auditLogRoute(app, deps);
  filesRoutes(app, deps);
  fileRoutes(app, deps);
  fileContentRoute(app, deps);
  imagesRoutes(app, deps, new Set());
  transformRoute(app, deps);
  imageInfoRoute(app, deps);
  usageRoute(app, deps);
  usageSummaryRoute(app, deps);
  limitsRoute(app, deps);
  updateUserRoute(app, deps);
  metricsRoute(app, deps);
  videoJobsRoutes(app, deps);
  videoJobRoutes(app, deps);
  generateVideoRoute(app, deps);
  documentApi(app, () => functionApps(deps));
  return app;
}

/** A provider's proxy for pages and apps that hold a client token. */
export function createProxy(deps: Deps, provider: EnabledProvider): App {
  const app = baseApp(deps);
  proxyRoute(app, deps, provider);
  return app;
}

/** The list of providers for pages and apps that hold a client token. */
export function createListProviders(deps: Deps): App {
  const app = baseApp(deps);
  listProvidersRoute(app, deps);
  return app;
}

/** The data plane: `/v1/*` in the wire formats of OpenAI and Anthropic. */
export function createGateway(deps: Deps): App {
  const app = baseApp(deps, { errorShape: wireErrorShape, anyHeader: true });
  gatewayRoutes(app, deps);
  return app;
}

/** The API's description, as `/api/openapi.json` answers it. */
export const describeApi = (deps: Deps) => openApiDocument(createApi(deps), functionApps(deps));

/** The functions beside `api`, by name. */
function functionApps(deps: Deps): Record<string, App> {
  const proxies = ENABLED_PROVIDERS.map((id) => [`${id}Generate`, createProxy(deps, id)] as const);
  return { listProviders: createListProviders(deps), ...Object.fromEntries(proxies) };
}
