import { Link } from "@tanstack/react-router";
import { useTexts } from "../../texts/texts.ts";
import { openPages } from "./navigation.ts";
import classes from "./NavigationList.module.css";

/** The pages that whoever is signed in may open, by group. */
export function NavigationList() {
  const { shell } = useTexts();
  const pages = openPages();
  const groups = [...new Set(pages.map(({ group }) => group))];
  return groups.map((group) => (
    <section key={group} aria-labelledby={`group-${group}`}>
      <h2 id={`group-${group}`} className={classes["group"]}>
        {shell.groups[group]}
      </h2>
      <ul className={classes["list"]}>
        {pages
          .filter((page) => page.group === group)
          .map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                className={classes["item"] ?? ""}
                activeOptions={{ exact: to === "/", includeSearch: false }}
                activeProps={{ "aria-current": "page" }}
              >
                <Icon size={18} stroke={1.6} aria-hidden="true" />
                {shell.pages[label]}
              </Link>
            </li>
          ))}
      </ul>
    </section>
  ));
}
