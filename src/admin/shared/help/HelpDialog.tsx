import { Link, useRouterState } from "@tanstack/react-router";
import { use } from "react";
import { loadHelp } from "../../texts/load.ts";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { openPages } from "../page/navigation.ts";
import { usePreferences } from "../page/preferencesContext.ts";
import classes from "./HelpDialog.module.css";

/** What the page is, and every key that does something. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const { shell } = useTexts();
  const { preferences } = usePreferences();
  const help = use(loadHelp(preferences.language));
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const account = { to: "/account", label: "account" } as const;
  const page = [...openPages(), account].find(({ to }) => isWithin(path, to));
  return (
    <Dialog title={help.title} onClose={onClose}>
      {page === undefined || page.label === "signIn" ? null : (
        <section className={classes["section"]}>
          <h3>{`${help.thisPage}: ${shell.pages[page.label]}`}</h3>
          <p>{help.pages[page.label]}</p>
        </section>
      )}
      <section className={classes["section"]}>
        <h3>{help.keys}</h3>
        <p>
          {preferences.shortcuts ? help.on : help.off}{" "}
          <Link to="/account" onClick={onClose}>
            {shell.pages.account}
          </Link>
        </p>
        <table className={classes["keys"]}>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">{help.key}</th>
              <th scope="col">{help.does}</th>
            </tr>
          </thead>
          <tbody>
            <Keys keys={["Ctrl", "K"]} does={help.search} />
            <Keys keys={["Esc"]} does={help.close} />
            {preferences.shortcuts ? (
              <>
                <Keys keys={["/"]} does={help.search} />
                <Keys keys={["?"]} does={help.help} />
                {openPages().map(({ to, key, label }) => (
                  <Keys key={to} keys={["g", key]} then={help.then} does={help.goTo(shell.pages[label])} />
                ))}
              </>
            ) : null}
          </tbody>
        </table>
      </section>
    </Dialog>
  );
}

function Keys({
  keys,
  then = "+",
  does,
}: {
  readonly keys: readonly string[];
  readonly then?: string;
  readonly does: string;
}) {
  return (
    <tr>
      <td>
        {keys.map((key, at) => (
          <span key={key}>
            {at === 0 ? null : ` ${then} `}
            <kbd>{key}</kbd>
          </span>
        ))}
      </td>
      <td>{does}</td>
    </tr>
  );
}

function isWithin(path: string, page: string): boolean {
  return path === page || (page !== "/" && path.startsWith(`${page}/`));
}
