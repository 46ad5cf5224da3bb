import { Component, type ErrorInfo, type ReactNode } from 'react';
import { toErrorShape } from '../../../src-main/contract/index.ts';
import { Button, InlineError } from '../../ui/index.ts';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** Another value tries again: the user went elsewhere. */
  readonly resetKey: string;
}

interface ErrorBoundaryState {
  readonly error: unknown;
  readonly key: string;
}

/** Keeps a bug in one page from taking the window down with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null, key: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<ErrorBoundaryState> {
    return { error: error ?? new Error('Unknown') };
  }

  static getDerivedStateFromProps(props: ErrorBoundaryProps, state: ErrorBoundaryState): Partial<ErrorBoundaryState> | null {
    return props.resetKey === state.key ? null : { error: null, key: props.resetKey };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error('A page broke', error, info.componentStack);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="max-w-160 p-5">
        <InlineError
          error={{
            ...toErrorShape(this.state.error),
            code: 'bug',
            next: 'Your servers and apps are not touched by it. Try again, or go elsewhere and come back.',
          }}
          actions={
            <Button size="sm" onClick={() => this.setState({ error: null })}>
              Try again
            </Button>
          }
        />
      </div>
    );
  }
}
