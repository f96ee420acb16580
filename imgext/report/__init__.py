"""What you look at: pictures of a mix, and the reasons for it in words."""
