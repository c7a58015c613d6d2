import { useTexts } from "../../texts/texts.ts";
import { useBrand } from "../brand.ts";
import classes from "./BrandFoot.module.css";

/** Whom people turn to, and the installation's legal pages. Nothing where none were named. */
export function BrandFoot() {
  const { shell } = useTexts();
  const { links, support } = useBrand();
  const { email, phone } = support;
  if (links.length === 0 && email === null && phone === null) return null;
  return (
    <footer className={classes["foot"]}>
      {email === null && phone === null ? null : (
        <p>
          {`${shell.support}: `}
          {email === null ? null : <a href={`mailto:${email}`}>{email}</a>}
          {email !== null && phone !== null ? ", " : null}
          {phone === null ? null : <a href={`tel:${phone.replace(/[^+\d]/g, "")}`}>{phone}</a>}
        </p>
      )}
      {links.length === 0 ? null : (
        <nav aria-label={shell.legal}>
          {links.map(({ label, url }) => (
            <a key={`${label} ${url}`} href={url} target="_blank" rel="noreferrer">
              <bdi>{label}</bdi>
            </a>
          ))}
        </nav>
      )}
    </footer>
  );
}
