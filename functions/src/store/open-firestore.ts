import { Firestore } from '@google-cloud/firestore';

/** Firestore of a project; the emulator's where FIRESTORE_EMULATOR_HOST is set. Fields that are undefined are left out. */
export const openFirestore = (projectId?: string): Firestore =>
  new Firestore({ ...(projectId && { projectId }), ignoreUndefinedProperties: true });
