import { createRoute } from "@tanstack/react-router";
import { NotFoundState } from "../shared/page/StateView.tsx";
import { shellRoute } from "./root.tsx";

/** Every other address: said within the shell, so that the way on is at hand. */
export const nowhereRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "$",
  component: NotFoundState,
});
