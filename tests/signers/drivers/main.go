package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"example.com/signer/imgurl"
)

func main() {
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadString('\n')
		if err != nil {
			return
		}
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		count, _ := strconv.Atoi(parts[5])
		pairs, tags := map[string]string{}, map[string]string{}
		for place := 6; place+1 < len(parts); place += 2 {
			if (place-6)/2 < count {
				pairs[parts[place]] = parts[place+1]
			} else {
				tags[parts[place]] = parts[place+1]
			}
		}
		url, err := imgurl.Mint(parts[0], parts[1], parts[2], parts[3], pairs, tags)
		if err != nil {
			fmt.Printf("!%v\n", err)
			continue
		}
		fmt.Printf("%s\t%s\n", url, strings.ReplaceAll(imgurl.Tag(url, 600, 315, parts[4]), "\n", "\t"))
	}
}
