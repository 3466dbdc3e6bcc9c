import { inject } from 'vitest';

// Tests that use the Admin SDK or Firestore directly reach the emulators as the functions do.
const { env, projectId } = inject('stack');
Object.assign(process.env, env, { GCLOUD_PROJECT: projectId, METADATA_SERVER_DETECTION: 'none' });
