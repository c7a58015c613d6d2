import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useTexts } from "../../texts/texts.ts";
import classes from "./PageHead.module.css";

export interface Crumb {
  readonly to: string;
  readonly label: string;
}

export interface PageHeadProps {
  readonly title: string;
  /** Beside the title: a state, a count. */
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  readonly crumbs?: readonly Crumb[];
}

/** The page's one h1, which has the focus when the page comes, and what can be done with the page as a whole. */
export function PageHead({ title, aside, actions, crumbs = [] }: PageHeadProps) {
  const { shell } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${shell.productName}`;
  }, [title, shell.productName]);
  useEffect(() => {
    // Whoever has gone into a field already stays there.
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <header className={classes["head"]}>
      {crumbs.length === 0 ? null : (
        <nav aria-label="Breadcrumb" className={classes["crumbs"]}>
          {crumbs.map(({ to, label }) => (
            <span key={to}>
              <Link to={to}>
                <bdi>{label}</bdi>
              </Link>
              <span aria-hidden="true">{" › "}</span>
            </span>
          ))}
        </nav>
      )}
      <div className={classes["line"]}>
        <h1 ref={heading} tabIndex={-1}>
          <bdi>{title}</bdi>
        </h1>
        {aside}
        {actions === undefined ? null : <div className={classes["actions"]}>{actions}</div>}
      </div>
    </header>
  );
}
