import { type Firestore, Timestamp } from '@google-cloud/firestore';
import { type Config, readConfig } from './config.ts';
import { type ClientTokenIssuer, createClientTokenIssuer } from './domain/client-token.ts';
import { CLAIM_MS } from './domain/idempotency.ts';
import { randomId } from './domain/ids.ts';
import { createDirectory, type Directory } from './identity/directory.ts';
import { createIdentityToolkit, type IdentityToolkit } from './identity/identity-toolkit.ts';
import { type Logger, logger } from './log.ts';
import { type RecordRefusedUse, refusedUseRecorder } from './services/api-keys/record-refused-use.ts';
import { type ApiKeyVerifier, createApiKeyVerifier } from './services/api-keys/verify-api-key.ts';
import { Breakers } from './services/generate/breakers.ts';
import type { Ledger } from './services/ledger/contract.ts';
import { createLedger } from './services/ledger/create-ledger.ts';
import type { LedgerEvent } from './services/ledger/principal-queue.ts';
import { createMetrics, type Metrics } from './services/metrics.ts';
import { createProviderHub, type ProviderHub } from './services/provider-hub.ts';
import type { VideoQueue } from './services/videos/contract.ts';
import { createVideoQueue } from './services/videos/queue.ts';
import { type Bucket, lazyBucket } from './store/bucket.ts';
import { getLargeAnswer, putLargeAnswer } from './store/large-answers.ts';
import { openFirestore } from './store/open-firestore.ts';

/** Everything a route may use; made once an instance, each part on its first use. */
export interface Deps {
  config: Config;
  now: () => number;
  newRequestId: () => string;
  log: Logger;
  metrics: Metrics;
  firestore: () => Firestore;
  /** Opened on first use: its SDK takes a while to load. */
  bucket: () => Promise<Bucket>;
  identity: IdentityToolkit;
  directory: Directory;
  clientTokens: ClientTokenIssuer;
  apiKeys: ApiKeyVerifier;
  recordRefusedUse: RecordRefusedUse;
  providers: ProviderHub;
  breakers: Breakers;
  ledger: Ledger;
  /** Brings video jobs to their workers. */
  videoQueue: VideoQueue;
}

export function createDeps(config: Config = readConfig()): Deps {
  const now = Date.now;
  let firestore: Firestore | undefined;
  const getFirestore = () => {
    firestore ??= openFirestore(config.projectId);
    return firestore;
  };
  return {
    config,
    now,
    newRequestId: () => randomId('req'),
    log: logger,
    metrics: createMetrics(),
    firestore: getFirestore,
    bucket: lazyBucket({
      name: config.storageBucket,
      projectId: config.projectId,
      local: config.storageIsLocal,
    }),
    identity: createIdentityToolkit({ apiKey: config.webApiKey, emulatorHost: config.authEmulatorHost }),
    directory: createDirectory(config.projectId),
    clientTokens: createClientTokenIssuer({
      secrets: config.clientTokenSecrets,
      projectId: config.projectId,
      now,
      newId: () => randomId('ct'),
    }),
    recordRefusedUse: refusedUseRecorder(now),
    apiKeys: createApiKeyVerifier({ bcryptCost: config.bcryptCost, now }),
    providers: createProviderHub(config),
    breakers: new Breakers({ failures: config.breakerFailures, now, random: Math.random }),
    videoQueue: createVideoQueue(config),
    ledger: createLedger({
      firestore: getFirestore,
      now,
      projectBudget: config.projectBudget,
      largeAnswers: {
        put: (id, body) =>
          putLargeAnswer(getFirestore(), id, body, Timestamp.fromMillis(now() + 2 * CLAIM_MS)),
        get: (id) => getLargeAnswer(getFirestore(), id),
      },
      onEvent: logLedgerEvent,
    }),
  };
}

/** What is out of the ordinary; an overrun means that an adapter's bound is wrong. */
function logLedgerEvent(event: LedgerEvent): void {
  // Commits that met another instance's, or a change by an admin, are everyday business until they repeat.
  if (event.type === 'commit' || (event.type === 'conflict' && event.failures < 5)) return;
  logger[event.type === 'overrun' ? 'error' : 'warn'](`Ledger: ${event.type}`, event);
}
