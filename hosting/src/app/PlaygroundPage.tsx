import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Playground } from '#features/playground/components/Playground.tsx';
import { rememberedRefs } from '#features/playground/state/remembered.ts';
import { useSignInAgain } from './use-sign-in-again.ts';

/** Binds the playground to its URL: `?m=a&m=b`. */
export function PlaygroundPage() {
  const { m } = useSearch({ from: '/console/playground' });
  const navigate = useNavigate();
  const onSignIn = useSignInAgain();
  const refs = useMemo(() => m ?? rememberedRefs(), [m]);
  return (
    <Playground
      refs={refs}
      onRefsChange={(next) => void navigate({ to: '/playground', search: { m: next } })}
      onSignIn={onSignIn}
    />
  );
}
