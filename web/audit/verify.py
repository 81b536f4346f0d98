# placeholder until the verifier lands
