"""The rules of the CRM's copy: what a lead's record holds, and its stage."""
