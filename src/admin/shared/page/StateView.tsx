import {
  IconAlertTriangle,
  IconLock,
  IconPlugConnectedX,
  IconZoomQuestion,
  type TablerIcon,
} from "@tabler/icons-react";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiProblem, UnreachableError } from "../../api/problem.ts";
import { boot } from "../../api/session.ts";
import { useTexts } from "../../texts/texts.ts";
import { ForbiddenPageError } from "./guard.ts";
import classes from "./StateView.module.css";

export interface StateViewProps {
  readonly icon: TablerIcon;
  readonly title: string;
  readonly children?: ReactNode;
  /** What can be done about it. */
  readonly action?: ReactNode;
  /** The state is the page: its title is the page's. */
  readonly isPage?: boolean;
}

/** What stands where something is missing: what it is, why, and the one thing to do. */
export function StateView({ icon: Icon, title, children, action, isPage = false }: StateViewProps) {
  const Title = isPage ? "h1" : "h2";
  return (
    <div className={classes["state"]} role={isPage ? undefined : "status"}>
      <Icon size={28} stroke={1.5} aria-hidden="true" />
      <Title tabIndex={isPage ? -1 : undefined}>{title}</Title>
      {children === undefined ? null : <div className={classes["why"]}>{children}</div>}
      {action}
    </div>
  );
}

/** Any error, as the person before it can use it. */
export function ErrorState({
  error,
  retry,
  isPage = true,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
  readonly isPage?: boolean;
}) {
  const { shell } = useTexts();
  const again =
    retry === undefined ? undefined : (
      <Button variant="default" onClick={retry}>
        {shell.tryAgain}
      </Button>
    );
  if (error instanceof ForbiddenPageError || (error instanceof ApiProblem && error.status === 403)) {
    const role = boot.session === null ? "" : shell.roles[boot.session.user.role];
    return (
      <StateView icon={IconLock} title={shell.states.forbidden} isPage={isPage}>
        <p>{shell.states.forbiddenWhy(role)}</p>
      </StateView>
    );
  }
  if (error instanceof ApiProblem && error.status === 404) {
    return <NotFoundState isPage={isPage} />;
  }
  if (error instanceof UnreachableError) {
    return (
      <StateView icon={IconPlugConnectedX} title={shell.states.unreachable} action={again} isPage={isPage}>
        <p>{shell.states.unreachableWhy}</p>
      </StateView>
    );
  }
  if (error instanceof ApiProblem) {
    const { status, code, message, traceId, retryAfter } = error;
    const title = status === 503 ? shell.states.unavailable : shell.states.failed;
    return (
      <StateView icon={IconAlertTriangle} title={title} action={again} isPage={isPage}>
        <p>{status === 429 ? shell.states.tooMany(retryAfter ?? 1) : shell.errors.refused(code, message)}</p>
        <p className="meta">{shell.states.trace(traceId)}</p>
      </StateView>
    );
  }
  return (
    <StateView icon={IconAlertTriangle} title={shell.states.failed} action={again} isPage={isPage}>
      <p>{error instanceof Error ? error.message : String(error)}</p>
    </StateView>
  );
}

export function NotFoundState({ isPage = true }: { readonly isPage?: boolean }) {
  const { shell } = useTexts();
  return (
    <StateView icon={IconZoomQuestion} title={shell.states.notFound} isPage={isPage}>
      <p>{shell.states.notFoundWhy(window.location.pathname)}</p>
    </StateView>
  );
}
