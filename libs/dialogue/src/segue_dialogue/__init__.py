"""Understanding and phrasing: what a person meant, and how Segue says things."""
