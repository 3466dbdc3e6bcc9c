import { Component, lazy, type ReactNode, Suspense } from 'react';

const load = () => import('./Markdown.tsx');
const Markdown = lazy(load);

/** Fetches the renderer ahead of the first answer. */
export function warmMarkdown(): void {
  load().catch(() => undefined);
}

interface LazyMarkdownProps {
  text: string;
  growing: boolean;
}

/** Markdown once its renderer is here; the plain text until then, or if it can't be loaded. */
export function LazyMarkdown(props: LazyMarkdownProps) {
  const plain = <div className="prose whitespace-pre-wrap">{props.text}</div>;
  return (
    <PlainOnFailure fallback={plain}>
      <Suspense fallback={plain}>
        <Markdown {...props} />
      </Suspense>
    </PlainOnFailure>
  );
}

class PlainOnFailure extends Component<{ fallback: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
