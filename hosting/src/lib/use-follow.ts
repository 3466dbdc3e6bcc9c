import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Closer to the end than this counts as "at the bottom", in pixels. */
const SLACK = 32;

interface Follow {
  viewport: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Whether the end is in view, or would be had the content not grown. */
  following: boolean;
  onScroll: () => void;
  jumpToLatest: () => void;
}

/**
 * Keeps the end of growing content in view while the reader is there, and leaves them alone once they scroll
 * up. `subject` is what is being read: another one starts at its end again.
 */
export function useFollow(subject: unknown): Follow {
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const [following, setFollowing] = useState(true);

  const jumpToLatest = useCallback(() => {
    stick.current = true;
    setFollowing(true);
    const element = viewport.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    const element = viewport.current;
    if (!element) return;
    stick.current = element.scrollHeight - element.scrollTop - element.clientHeight < SLACK;
    setFollowing(stick.current);
  }, []);

  useEffect(() => {
    const element = content.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (stick.current && viewport.current) viewport.current.scrollTop = viewport.current.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new subject is the reason to jump.
  useEffect(jumpToLatest, [subject]);

  return { viewport, content, following, onScroll, jumpToLatest };
}
