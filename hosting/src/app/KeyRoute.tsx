import { useParams } from '@tanstack/react-router';
import { KeyPage } from '#features/keys/components/KeyPage.tsx';

/** Binds the page of one key to its URL. */
export function KeyRoute() {
  const { id } = useParams({ from: '/console/keys/$id' });
  return <KeyPage key={id} keyId={id} />;
}
