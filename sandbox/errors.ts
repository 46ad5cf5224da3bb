/** An expected failure: one sentence that names what went wrong and what to do next. Printed without a stack. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}
